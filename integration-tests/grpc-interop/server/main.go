// Command server is the interop server of gRPC, which says who it is when a case asks for that
// (the one that comes with the library leaves the field empty).
package main

import (
	"context"
	"flag"
	"log"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/interop"

	testpb "google.golang.org/grpc/interop/grpc_testing"
)

func named(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	answer, err := handler(ctx, req)
	asked, isAsk := req.(*testpb.SimpleRequest)
	simple, isSimple := answer.(*testpb.SimpleResponse)
	if err == nil && isAsk && isSimple && asked.GetFillServerId() {
		simple.ServerId = "server"
	}
	return answer, err
}

func main() {
	address := flag.String("address", "127.0.0.1:10000", "where to listen")
	flag.Parse()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnaryInterceptor(named))
	testpb.RegisterTestServiceServer(server, interop.NewTestServer())
	log.Fatal(server.Serve(listener))
}
