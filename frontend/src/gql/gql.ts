/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Find($search: String!) {\n    sites(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        version\n      }\n    }\n    servers {\n      id\n      name\n      address\n    }\n    deploys(first: 20) {\n      nodes {\n        id\n        title\n      }\n    }\n  }\n": typeof types.FindDocument,
    "\n  mutation LogOut {\n    logOut {\n      ok\n    }\n  }\n": typeof types.LogOutDocument,
    "\n  query Running {\n    actions(first: 8, filter: { statuses: [RUNNING], rootsOnly: true }) {\n      totalCount\n      nodes {\n        id\n        title\n        percent\n        deploy {\n          id\n        }\n      }\n    }\n  }\n": typeof types.RunningDocument,
    "\n  query Me {\n    me {\n      name\n      role\n      mustChangePassword\n    }\n  }\n": typeof types.MeDocument,
    "\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n": typeof types.LogInDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n": typeof types.ChangePasswordDocument,
    "\n  subscription ActionOutput($actionId: ID!, $after: Int!) {\n    actionOutput(actionId: $actionId, after: $after) {\n      seq\n      at\n      kind\n      step\n      stepStatus\n      text\n      stream\n      host\n      taskStatus\n      percent\n      millis\n      status\n    }\n  }\n": typeof types.ActionOutputDocument,
};
const documents: Documents = {
    "\n  query Find($search: String!) {\n    sites(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        version\n      }\n    }\n    servers {\n      id\n      name\n      address\n    }\n    deploys(first: 20) {\n      nodes {\n        id\n        title\n      }\n    }\n  }\n": types.FindDocument,
    "\n  mutation LogOut {\n    logOut {\n      ok\n    }\n  }\n": types.LogOutDocument,
    "\n  query Running {\n    actions(first: 8, filter: { statuses: [RUNNING], rootsOnly: true }) {\n      totalCount\n      nodes {\n        id\n        title\n        percent\n        deploy {\n          id\n        }\n      }\n    }\n  }\n": types.RunningDocument,
    "\n  query Me {\n    me {\n      name\n      role\n      mustChangePassword\n    }\n  }\n": types.MeDocument,
    "\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n": types.LogInDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n": types.ChangePasswordDocument,
    "\n  subscription ActionOutput($actionId: ID!, $after: Int!) {\n    actionOutput(actionId: $actionId, after: $after) {\n      seq\n      at\n      kind\n      step\n      stepStatus\n      text\n      stream\n      host\n      taskStatus\n      percent\n      millis\n      status\n    }\n  }\n": types.ActionOutputDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Find($search: String!) {\n    sites(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        version\n      }\n    }\n    servers {\n      id\n      name\n      address\n    }\n    deploys(first: 20) {\n      nodes {\n        id\n        title\n      }\n    }\n  }\n"): (typeof documents)["\n  query Find($search: String!) {\n    sites(first: 8, filter: { search: $search }) {\n      nodes {\n        id\n        name\n        version\n      }\n    }\n    servers {\n      id\n      name\n      address\n    }\n    deploys(first: 20) {\n      nodes {\n        id\n        title\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LogOut {\n    logOut {\n      ok\n    }\n  }\n"): (typeof documents)["\n  mutation LogOut {\n    logOut {\n      ok\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Running {\n    actions(first: 8, filter: { statuses: [RUNNING], rootsOnly: true }) {\n      totalCount\n      nodes {\n        id\n        title\n        percent\n        deploy {\n          id\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Running {\n    actions(first: 8, filter: { statuses: [RUNNING], rootsOnly: true }) {\n      totalCount\n      nodes {\n        id\n        title\n        percent\n        deploy {\n          id\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me {\n      name\n      role\n      mustChangePassword\n    }\n  }\n"): (typeof documents)["\n  query Me {\n    me {\n      name\n      role\n      mustChangePassword\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation LogIn($input: LogInInput!) {\n    logIn(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) {\n      me {\n        name\n        role\n        mustChangePassword\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ActionOutput($actionId: ID!, $after: Int!) {\n    actionOutput(actionId: $actionId, after: $after) {\n      seq\n      at\n      kind\n      step\n      stepStatus\n      text\n      stream\n      host\n      taskStatus\n      percent\n      millis\n      status\n    }\n  }\n"): (typeof documents)["\n  subscription ActionOutput($actionId: ID!, $after: Int!) {\n    actionOutput(actionId: $actionId, after: $after) {\n      seq\n      at\n      kind\n      step\n      stepStatus\n      text\n      stream\n      host\n      taskStatus\n      percent\n      millis\n      status\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;