import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconExternalLink } from "@tabler/icons-react";
import { useMe } from "../client/me";
import { deeds, deedWords, type SiteDeed, whyNot } from "./siteDeeds";
import type { PageSite } from "./sitePageQuery";

/** The buttons of a site's page: look at it, and what can be done with it. */
export function SiteActions({
  site,
  onOpen,
}: {
  site: PageSite;
  onOpen: (deed: SiteDeed) => void;
}) {
  const me = useMe();
  const gone = site.status === "ARCHIVED" || site.status === "FAILED";
  return (
    <>
      {gone ? null : (
        <Button
          component="a"
          href={`${site.certificate ? "https" : "http"}://${site.name}/`}
          target="_blank"
          rel="noreferrer"
          variant="default"
          rightSection={<IconExternalLink size={15} aria-hidden />}
        >
          Visit
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button rightSection={<IconChevronDown size={16} />}>Actions</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {deeds.map((deed) => {
            const fault = whyNot(deed, site, me.role);
            return (
              <Menu.Item
                key={deed}
                disabled={fault !== ""}
                title={fault || undefined}
                onClick={() => onOpen(deed)}
              >
                {deedWords[deed]}…
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
