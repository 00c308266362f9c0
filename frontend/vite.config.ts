import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds Central itself. */
const central = process.env.CENTRAL ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    react(),
    {
      // Central serves graphiql.html under this address; so does the development server.
      name: "graphiql-address",
      configureServer(server) {
        server.middlewares.use((request, _response, next) => {
          if (request.url?.split("?")[0] === "/graphiql") {
            request.url = "/graphiql.html";
          }
          next();
        });
      },
    },
  ],
  build: {
    outDir: "../server/dist",
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: {
        index: `${import.meta.dirname}/index.html`,
        graphiql: `${import.meta.dirname}/graphiql.html`,
      },
      output: {
        // GraphiQL's editor asks for thirty small files as it starts, and stays dead when one of them is lost on the way.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: "editor", test: /node_modules\/(codemirror|codemirror-graphql)\// }],
        },
      },
    },
  },
  server: {
    proxy: {
      "/graphql": { target: central, ws: true },
      "/healthz": central,
    },
  },
  test: {
    restoreMocks: true,
    testTimeout: 60_000,
    // The whole application is imported once, not once for each file; what a test leaves behind, test-setup.ts takes away.
    isolate: false,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: "logic", environment: "node", include: ["src/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "pages",
          environment: "happy-dom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["./test-setup.ts"],
        },
      },
    ],
  },
});
