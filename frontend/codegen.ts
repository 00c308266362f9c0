import type { CodegenConfig } from "@graphql-codegen/cli";

const shared = {
  useTypeImports: true,
  enumsAsTypes: true,
  strictScalars: true,
  scalars: { ID: "string", Time: "string", Uint64: "number" },
};

/** Types for every operation in src, from the schema that the server is made of. */
const config: CodegenConfig = {
  schema: "graph/schema/*.graphqls",
  documents: ["frontend/src/**/*.{ts,tsx}", "!frontend/src/gql/**"],
  ignoreNoDocuments: true,
  generates: {
    "frontend/src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: { unmaskFunctionName: "getFragmentData" } },
      config: shared,
    },
    // Every enum and input of the schema, also those that no operation names yet.
    "frontend/src/gql/schema.ts": { plugins: ["typescript"], config: shared },
  },
};

export default config;
