package io.headgate.soak;

import io.headgate.soak.BrokenException.Stage;

/** An answer while it comes in, compared with what it has to be. Thread: that of the client. */
final class Answer {
  private final byte[] expected;
  private int received;
  private boolean begun;

  Answer(Exchange exchange) {
    expected = exchange.body();
  }

  void head(int status) throws BrokenException {
    if (status != 200) {
      throw new BrokenException(Stage.REFUSED, "status " + status);
    }
    begun = true;
  }

  Stage stage() {
    return begun ? Stage.BEGUN : Stage.NO_ANSWER;
  }

  int received() {
    return received;
  }

  void data(byte[] data) throws BrokenException {
    for (byte b : data) {
      if (received == expected.length || b != expected[received]) {
        throw new BrokenException(
            Stage.WRONG, "byte " + received + " of " + expected.length + " is wrong");
      }
      received++;
    }
  }

  void end() throws BrokenException {
    if (received != expected.length) {
      throw new BrokenException(
          Stage.WRONG, "ended as if it were whole after " + received + " of " + expected.length);
    }
  }
}
