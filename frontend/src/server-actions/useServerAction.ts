import { useState } from "react";
import { useClient } from "urql";
import { shownInPlace } from "../client/client";
import { graphql } from "../gql";
import type { ServerAction } from "./serverActions";

const CheckMutation = graphql(/* GraphQL */ `
  mutation CheckServer($input: CheckServerInput!) {
    done: checkServer(input: $input) {
      action {
        id
      }
    }
  }
`);

const PreviewMutation = graphql(/* GraphQL */ `
  mutation PreviewServer($input: CheckServerInput!) {
    done: previewServer(input: $input) {
      action {
        id
      }
    }
  }
`);

const SetUpMutation = graphql(/* GraphQL */ `
  mutation SetUpServerAgain($input: SetUpServerInput!) {
    done: setUpServer(input: $input) {
      server {
        id
        status
      }
      action {
        id
      }
    }
  }
`);

const UpdateMutation = graphql(/* GraphQL */ `
  mutation UpdateServer($input: CheckServerInput!) {
    done: updateServer(input: $input) {
      action {
        id
      }
    }
  }
`);

const RestartMutation = graphql(/* GraphQL */ `
  mutation RestartService($input: RestartServiceInput!) {
    done: restartService(input: $input) {
      action {
        id
      }
    }
  }
`);

const RebootMutation = graphql(/* GraphQL */ `
  mutation RebootServer($input: RebootServerInput!) {
    done: rebootServer(input: $input) {
      action {
        id
      }
    }
  }
`);

const RotateMutation = graphql(/* GraphQL */ `
  mutation RotateCredentials($input: CheckServerInput!) {
    done: rotateCredentials(input: $input) {
      action {
        id
      }
    }
  }
`);

const RetireMutation = graphql(/* GraphQL */ `
  mutation RetireServer($input: RetireServerInput!) {
    done: retireServer(input: $input) {
      action {
        id
      }
    }
  }
`);

/** What was chosen and typed in the dialog. */
export interface Chosen {
  confirmName: string;
  withSites: boolean;
  cleanUp: boolean;
  /** The preview that was looked at, of a set-up that needs one. */
  previewId: string | null;
}

/** Begins an action on a server. `begin` answers the id of what was queued; nothing when it was refused. */
export function useServerAction(serverId: string, { kind, service }: ServerAction) {
  const client = useClient();
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const send = (chosen: Chosen) => {
    const { confirmName } = chosen;
    switch (kind) {
      case "CHECK_SERVER":
        return client.mutation(CheckMutation, { input: { serverId } }, shownInPlace).toPromise();
      case "PREVIEW_SERVER":
        return client.mutation(PreviewMutation, { input: { serverId } }, shownInPlace).toPromise();
      case "SET_UP_SERVER": {
        const { previewId } = chosen;
        const input = previewId ? { serverId, previewId } : { serverId };
        return client.mutation(SetUpMutation, { input }, shownInPlace).toPromise();
      }
      case "UPDATE_SERVER":
        return client.mutation(UpdateMutation, { input: { serverId } }, shownInPlace).toPromise();
      case "ROTATE_CREDENTIALS":
        return client.mutation(RotateMutation, { input: { serverId } }, shownInPlace).toPromise();
      case "RESTART_SERVICE": {
        if (!service) {
          throw new Error("a restart names its service");
        }
        const input = { serverId, service, confirmName };
        return client.mutation(RestartMutation, { input }, shownInPlace).toPromise();
      }
      case "REBOOT_SERVER": {
        const input = { serverId, confirmName, withSites: chosen.withSites };
        return client.mutation(RebootMutation, { input }, shownInPlace).toPromise();
      }
      case "RETIRE_SERVER": {
        const input = { serverId, confirmName, cleanUp: chosen.cleanUp };
        return client.mutation(RetireMutation, { input }, shownInPlace).toPromise();
      }
    }
  };
  const begin = async (chosen: Chosen): Promise<string | undefined> => {
    setSending(true);
    setError(null);
    const answer = await send(chosen);
    setSending(false);
    setError(answer.error ?? null);
    return answer.data?.done.action.id;
  };
  return { sending, error, begin };
}
