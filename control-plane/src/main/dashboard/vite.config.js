import { defineConfig } from "vite";

// Built into the control plane's class path; Maven names the output directory.
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 300 },
  server: { proxy: { "/api": process.env.HEADGATE_API ?? "http://127.0.0.1:8500" } },
});
