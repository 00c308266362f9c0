package runner

import (
	"context"
	"strings"

	"central/fleet"
	"central/runner/bench"
)

// preflight looks for what would make the move fail, before anything is touched.
func (m *siteMove) preflight(ctx context.Context) error {
	answer, err := m.run(ctx, bench.Preflight(m.old, m.new.Revision()))
	if err != nil {
		return err
	}
	report, err := bench.ParsePreflight(answer)
	if err != nil {
		return err
	}
	if err := judge(report, m.name, m.host.Name); err != nil {
		return err
	}
	if report.Reads {
		m.w.change(func(c *fleet.Cursor) { c.Notes[noteReads] = "yes" })
	}
	return nil
}

// noteReads is the note that the site may be read during maintenance, and so answers 200 then.
const noteReads = "reads"

// spareDisk is what has to stay free on a disk besides a backup and a second copy of the site's tables, in
// bytes.
const spareDisk = 512 << 20

// judge decides whether a move may begin.
func judge(report bench.PreflightReport, site, server string) error {
	switch {
	case report.Place != bench.SiteAtSource:
		return fleet.Errorf(fleet.CodeNotReady, "The directory of %s is not where it should be on %s (%s).", site, server, report.Place)
	case !report.Built:
		return fleet.Errorf(fleet.CodeNotReady, "The new revision on %s is not complete.", server)
	case len(report.Down) > 0:
		return fleet.Errorf(fleet.CodeNotReady, "Processes of the new revision on %s do not answer: %s.", server, strings.Join(report.Down, ", "))
	case report.OtherDisk:
		return fleet.Errorf(fleet.CodeNotReady, "The new revision on %s is on another file system than %s, so the site cannot be moved by one rename.", server, site)
	case report.DatabaseAway:
		return fleet.Errorf(fleet.CodeNotReady, "The database of %s would not answer with the settings of the new revision: put db_host, db_port or db_socket into its site_config.json.", site)
	case report.HomeFree < report.DatabaseBytes+spareDisk:
		return fleet.Errorf(fleet.CodeDiskFull, "%s has %d MiB free for a backup of %s, which needs up to %d MiB; make room.", server, report.HomeFree>>20, site, (report.DatabaseBytes+spareDisk)>>20)
	case report.DatabaseFree < report.DatabaseBytes+spareDisk:
		return fleet.Errorf(fleet.CodeDiskFull, "%s has %d MiB free for the tables of %s, whose migration needs up to %d MiB; make room.", server, report.DatabaseFree>>20, site, (report.DatabaseBytes+spareDisk)>>20)
	}
	return nil
}
