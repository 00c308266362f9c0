import { Button, Group, Tooltip } from "@mantine/core";
import { IconCertificate, IconPlus, IconUpload } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { may, useMe } from "../client/me";
import { usePolledQuery } from "../client/usePolledQuery";
import { graphql } from "../gql";
import type { CertificatesQuery as CertificatesAnswer } from "../gql/graphql";
import classes from "../ui/cells.module.css";
import { type Column, DataTable } from "../ui/DataTable";
import { EmptyState } from "../ui/EmptyState";
import { ErrorPanel } from "../ui/ErrorPanel";
import { PageHeader } from "../ui/PageHeader";
import { RelativeTime } from "../ui/RelativeTime";
import { StatusBadge } from "../ui/StatusBadge";
import { formatExact } from "../ui/time";
import type { CertificatesSearch } from "./certificatesSearch";
import { certificateLook, expiryWords } from "./expiry";
import { IssueForm } from "./IssueForm";
import { RemoveDialog } from "./RemoveDialog";
import { RenewButton } from "./RenewButton";
import { UploadForm } from "./UploadForm";

const CertificatesQuery = graphql(/* GraphQL */ `
  query Certificates {
    certificates {
      id
      names
      kind
      status
      issuer
      notAfter
      nextAttemptAt
      warning
      busyAction {
        id
      }
    }
    certificateSettings {
      authority
      wildcards
    }
  }
`);

/** A certificate as the list knows it. */
export type Certificate = CertificatesAnswer["certificates"][number];

/** Every certificate with how long it lasts, and how to get one. */
export function CertificatesPage() {
  const me = useMe();
  const search = useSearch({ from: "/shell/certificates" });
  const navigate = useNavigate({ from: "/certificates" });
  const open = (next: CertificatesSearch) => void navigate({ search: next });
  const [{ data, error }, again] = usePolledQuery({ query: CertificatesQuery, every: 5000 });
  const refresh = () => again({ requestPolicy: "network-only" });
  const operator = may(me.role, "OPERATOR");
  const admin = may(me.role, "ADMIN");
  const certificates = data?.certificates;
  const removing = certificates?.find(({ id }) => id === search.remove);
  const now = new Date();

  const columns: Column<Certificate>[] = [
    {
      key: "status",
      header: "State",
      width: "140px",
      cell: (certificate) => <StatusBadge look={certificateLook(certificate, now)} />,
    },
    {
      key: "names",
      header: "Names",
      width: "34%",
      wrap: true,
      cell: (certificate) => (
        <>
          {certificate.names.map((name) => (
            <span key={name} className={classes.names}>
              {name}
            </span>
          ))}
          {certificate.warning ? (
            <div className={classes.reason} data-tone={certificateLook(certificate, now).tone}>
              {certificate.warning}
            </div>
          ) : null}
        </>
      ),
    },
    {
      key: "issuer",
      header: "Issuer",
      wrap: true,
      cell: ({ issuer, kind }) =>
        issuer ? `${issuer}${kind === "UPLOADED" ? " (uploaded)" : ""}` : "–",
    },
    {
      key: "expires",
      header: "Expires",
      align: "right",
      cell: ({ notAfter }) =>
        notAfter ? (
          <Tooltip label={formatExact(new Date(notAfter))}>
            <time dateTime={notAfter}>{expiryWords(notAfter, now)}</time>
          </Tooltip>
        ) : (
          "–"
        ),
    },
    {
      key: "renewed",
      header: "Next issue",
      align: "right",
      cell: ({ kind, nextAttemptAt }) =>
        kind === "UPLOADED" ? "by hand" : <RelativeTime at={nextAttemptAt} />,
    },
    {
      key: "actions",
      header: "",
      align: "right",
      width: "1%",
      cell: (certificate) => (
        <span className={classes.actions}>
          {certificate.busyAction ? (
            <Link
              to="/activity/$actionId"
              params={{ actionId: certificate.busyAction.id }}
              search={{}}
              className={classes.link}
            >
              Watch
            </Link>
          ) : null}
          {certificate.kind === "ACME" ? (
            <RenewButton certificate={certificate} allowed={operator} />
          ) : null}
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            disabled={!admin || certificate.busyAction !== null}
            title={
              admin
                ? certificate.busyAction
                  ? "It is being issued just now"
                  : undefined
                : "Administrators may do this; you may look"
            }
            onClick={() => open({ remove: certificate.id })}
          >
            Remove…
          </Button>
        </span>
      ),
    },
  ];

  const issue = (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => open({ issue: true })}
      disabled={!operator}
      title={operator ? undefined : "Operators may do this; you may look"}
    >
      Issue a certificate
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Certificates"
        count={certificates?.length}
        actions={
          <Group gap="xs">
            <Button
              variant="default"
              leftSection={<IconUpload size={16} />}
              onClick={() => open({ upload: true })}
              disabled={!admin}
              title={admin ? undefined : "Administrators may do this; you may look"}
            >
              Upload one
            </Button>
            {issue}
          </Group>
        }
      />
      {error && !certificates ? (
        <ErrorPanel title="The certificates could not be loaded" error={error} onRetry={refresh} />
      ) : (
        <DataTable
          label="Certificates"
          columns={columns}
          rows={certificates}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              icon={<IconCertificate size={20} />}
              title="No certificate yet"
              action={issue}
            >
              With one, a site is served by https. Central gets it from an authority, puts it on all
              proxies, and renews it in time.
            </EmptyState>
          }
        />
      )}
      {search.issue && data ? (
        <IssueForm
          authority={data.certificateSettings.authority}
          wildcards={data.certificateSettings.wildcards}
          onClose={() => open({})}
        />
      ) : null}
      {search.upload ? (
        <UploadForm
          onClose={() => open({})}
          onUploaded={() => {
            open({});
            refresh();
          }}
        />
      ) : null}
      {removing ? (
        <RemoveDialog
          certificate={removing}
          onClose={() => open({})}
          onRemoved={() => {
            open({});
            refresh();
          }}
        />
      ) : null}
    </>
  );
}
