package runner

import (
	"context"
	"fmt"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

const (
	// copyRounds is how often files are compared and copied at most: each round brings what changed during the one before.
	copyRounds = 4
	// smallRest is how much may be left to copy once the site is closed, in bytes, before another round is worth it.
	smallRest = 32 << 20
)

// preflight makes sure that the site is where it is on record, that nothing of it is there yet, and that there is room.
func (m *siteRelocation) preflight(ctx context.Context) error {
	answer, err := m.locate(ctx, m.host.ID)
	if err != nil {
		return err
	}
	if err := onlyIn(answer, m.old); err != nil {
		return err
	}
	if answer, err = m.run(ctx, bench.InstalledApps(m.old)); err != nil {
		return err
	}
	installed, err := bench.ParseInstalledApps(answer)
	if err != nil {
		return err
	}
	if err := fleet.CheckInstalled(m.name, installed, m.to, m.there.bench.Name); err != nil {
		return err
	}
	if err := m.nothingThere(ctx); err != nil {
		return err
	}
	return m.roomThere(ctx)
}

// nothingThere makes sure that there is nothing of the site's name: what comes later may remove it.
func (m *siteRelocation) nothingThere(ctx context.Context) error {
	answer, err := m.there.locate(ctx, m.there.host.ID)
	if err != nil {
		return err
	}
	if err := noSite(answer, m.name, m.there.host.Name); err != nil {
		return err
	}
	database, err := bench.DatabaseExists(m.row.DatabaseHost)
	if err != nil {
		return err
	}
	if answer, err = m.there.run(ctx, database); err != nil {
		return err
	}
	return noDatabase(answer, m.row.DatabaseHost, m.there.host.Name)
}

func (m *siteRelocation) roomThere(ctx context.Context) error {
	answer, err := m.run(ctx, bench.Usage([]bench.Site{m.old}))
	if err != nil {
		return err
	}
	used, known := bench.ParseUsage(answer)[m.name]
	if !known {
		return fleet.Errorf(fleet.CodeCommandFailed, "%s did not say how large %s is.", m.host.Name, m.name)
	}
	if answer, err = m.there.run(ctx, bench.Preflight(m.new, m.new.Revision())); err != nil {
		return err
	}
	report, err := bench.ParsePreflight(answer)
	if err != nil {
		return err
	}
	return judgeRoom(report, used, m.there.host.Name, m.new.Revision().String())
}

// judgeRoom decides whether a site of this size may come to a server. Its tables take their room there twice: in the
// database, and in the log that the slave reads.
func judgeRoom(report bench.PreflightReport, used bench.Used, server, revision string) error {
	tables := 2*used.DatabaseBytes + spareDisk
	switch {
	case !report.Built:
		return fleet.Errorf(fleet.CodeNotReady, "%s on %s is not complete.", revision, server)
	case len(report.Down) > 0:
		return fleet.Errorf(fleet.CodeNotReady, "Processes of %s on %s do not answer: %v.", revision, server, report.Down)
	case report.HomeFree < used.FilesBytes+spareDisk:
		return fleet.Errorf(fleet.CodeDiskFull, "%s has %d MiB free for the files, which need up to %d MiB; make room.", server, report.HomeFree>>20, (used.FilesBytes+spareDisk)>>20)
	case report.DatabaseFree < tables:
		return fleet.Errorf(fleet.CodeDiskFull, "%s has %d MiB free for the tables, which need up to %d MiB; make room.", server, report.DatabaseFree>>20, tables>>20)
	}
	return nil
}

// copyFiles brings the files over while the site serves, until little is left for the time when it does not.
func (m *siteRelocation) copyFiles(ctx context.Context) error {
	for range copyRounds {
		missing, err := m.missingFiles(ctx)
		if err != nil || missing.Files == 0 {
			return err
		}
		if err := m.sendFiles(ctx, missing, 2, 40, stepCopyFiles); err != nil {
			return err
		}
		if missing.Bytes < smallRest {
			return nil
		}
	}
	return nil
}

// copyChanged brings over what changed since, and proves that nothing is left: the site is closed.
func (m *siteRelocation) copyChanged(ctx context.Context) error {
	for range copyRounds {
		missing, err := m.missingFiles(ctx)
		if err != nil || missing.Files == 0 {
			return err
		}
		if err := m.sendFiles(ctx, missing, 46, 50, stepCopyChanged); err != nil {
			return err
		}
	}
	return fleet.Errorf(fleet.CodeNotReady, "Files of %s still change although it is closed: something on %s writes into it.", m.name, m.host.Name)
}

// missingFiles compares the two directories file by file, by size and time of the last change.
func (m *siteRelocation) missingFiles(ctx context.Context) (bench.Missing, error) {
	answer, err := m.pipe(ctx, bench.ListTree(m.old), bench.CompareTree(m.new, m.w.action.ID), nil)
	if err != nil {
		return bench.Missing{}, err
	}
	return bench.ParseMissing(answer)
}

func (m *siteRelocation) sendFiles(ctx context.Context, missing bench.Missing, from, to int, step string) error {
	m.w.say(fmt.Sprintf("Files to be copied: %d, %.1f MiB.", missing.Files, float64(missing.Bytes)/(1<<20)))
	_, err := m.pipe(ctx, bench.SendTree(m.old, missing), bench.ReceiveTree(m.new, m.w.action.ID), m.shows(missing.Bytes, from, to, step))
	return err
}

// copyTables replaces whatever is in the new database by the tables as they are at one moment.
func (m *siteRelocation) copyTables(ctx context.Context) error {
	login, err := m.login(ctx)
	if err != nil {
		return err
	}
	answer, err := m.pipe(ctx, bench.SendTables(m.old), bench.ReceiveTables(m.new, login), nil)
	if err != nil {
		return err
	}
	m.w.say(fmt.Sprintf("%d tables have arrived on %s.", bench.ParseValues(answer).Int("tables"), m.there.host.Name))
	return nil
}

func (m *siteRelocation) dropArrival(ctx context.Context) error {
	_, err := m.there.run(ctx, bench.DropArrival(m.new, m.w.action.ID))
	return err
}

// pipe runs one command where the site comes from, and the other, which reads its output, where it goes. It goes on until it
// is told to stop: what it brought is taken back or compared.
func (m *siteRelocation) pipe(ctx context.Context, source, target bench.Command, onBytes func(int64)) ([]byte, error) {
	output, err := m.r.Pool.Pipe(ctx, remote.Pipe{From: m.host, Source: source, To: m.there.host, Target: target, OnBytes: onBytes})
	return output.Stdout, err
}

// shows moves the percentage with the bytes that have gone through, of about so many. They are compressed, so the rest of the
// way is gone at once.
func (m *siteRelocation) shows(total int64, from, to int, step string) func(int64) {
	shown := time.Time{}
	return func(sent int64) {
		if total > 0 && time.Since(shown) >= showEvery {
			shown = time.Now()
			m.w.progress(from+int(min(sent, total)*int64(to-from)/total), step)
		}
	}
}
