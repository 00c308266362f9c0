import { useState } from "react";
import { useClient } from "urql";
import { shownInPlace } from "../client/client";
import { newKey } from "../client/newKey";
import { graphql } from "../gql";
import type { CustomerForm } from "./search";

const ChangePlanMutation = graphql(/* GraphQL */ `
  mutation ChangePlan($input: ChangePlanInput!) {
    done: changePlan(input: $input) {
      subscription {
        id
        version
      }
    }
  }
`);

const ExtendTrialMutation = graphql(/* GraphQL */ `
  mutation ExtendTrial($input: ExtendTrialInput!) {
    done: extendTrial(input: $input) {
      subscription {
        id
        version
      }
    }
  }
`);

const AssignSiteMutation = graphql(/* GraphQL */ `
  mutation AssignSite($input: AssignSiteInput!) {
    done: assignSite(input: $input) {
      subscription {
        id
        version
      }
    }
  }
`);

const CancelMutation = graphql(/* GraphQL */ `
  mutation CancelSubscription($input: CancelSubscriptionInput!) {
    done: cancelSubscription(input: $input) {
      subscription {
        id
        version
      }
    }
  }
`);

const ResumeMutation = graphql(/* GraphQL */ `
  mutation ResumeSubscription($input: ResumeSubscriptionInput!) {
    done: resumeSubscription(input: $input) {
      subscription {
        id
        version
      }
    }
  }
`);

const PayMutation = graphql(/* GraphQL */ `
  mutation RecordPayment($input: RecordPaymentInput!) {
    done: recordPayment(input: $input) {
      subscription {
        id
        version
      }
    }
  }
`);

/** The forms of one subscription. */
export type SubscriptionDeed = Exclude<CustomerForm, "edit" | "subscribe">;

/** What was chosen and typed; each form uses its part. */
export interface Chosen {
  planId: string | null;
  siteId: string | null;
  days: number;
  amount: number;
  currency: string;
  atEnd: boolean;
  why: string;
}

/** Sends a change of a subscription as it was when the form opened. `send` answers whether it was done. */
export function useChange(form: SubscriptionDeed, subscriptionId: string, version: number) {
  const client = useClient();
  const [key] = useState(newKey);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const ask = ({ planId, siteId, days, amount, currency, atEnd, why }: Chosen) => {
    const ref = { subscriptionId, version, why };
    switch (form) {
      case "plan":
        return client
          .mutation(ChangePlanMutation, { input: { ...ref, planId: planId ?? "" } }, shownInPlace)
          .toPromise();
      case "extend":
        return client
          .mutation(ExtendTrialMutation, { input: { ...ref, days } }, shownInPlace)
          .toPromise();
      case "site":
        return client
          .mutation(AssignSiteMutation, { input: { ...ref, siteId } }, shownInPlace)
          .toPromise();
      case "cancel":
        return client
          .mutation(CancelMutation, { input: { ...ref, atEnd } }, shownInPlace)
          .toPromise();
      case "resume":
        return client.mutation(ResumeMutation, { input: ref }, shownInPlace).toPromise();
      case "pay": {
        const money = { amount, currency };
        const input = { subscriptionId, money, note: why, idempotencyKey: key };
        return client.mutation(PayMutation, { input }, shownInPlace).toPromise();
      }
    }
  };
  const send = async (chosen: Chosen): Promise<boolean> => {
    setSending(true);
    setError(null);
    const answer = await ask(chosen);
    setSending(false);
    setError(answer.error ?? null);
    return answer.data !== undefined && answer.data !== null;
  };
  return { sending, error, send };
}
