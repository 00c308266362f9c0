import "graphiql/style.css";
import "./graphiql.css";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";
import { reloadForLostChunks } from "../client/lostChunks";

reloadForLostChunks();

const socket = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;

const fetcher = createGraphiQLFetcher({
  url: "/graphql",
  headers: { "X-Central": "1" },
  wsClient: createClient({ url: socket }),
});

const root = document.getElementById("root");
if (!root) {
  throw new Error("graphiql.html has no #root");
}
createRoot(root).render(
  <GraphiQL
    fetcher={fetcher}
    defaultQuery={
      "# Everything that Central can do. Ctrl+Space completes.\n\nquery {\n  me {\n    name\n    role\n  }\n}\n"
    }
  />,
);
