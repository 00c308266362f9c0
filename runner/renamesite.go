package runner

import (
	"context"

	"central/fleet"
	"central/runner/bench"
	"central/store"
)

// stepRename is the one that makes the new name the site's.
const stepRename = "Rename"

// siteRename is one site on its way to another host name. Its siteWork is that of either name; as chooses one.
type siteRename struct {
	*siteWork
	before, after string
	revision      fleet.Revision
	old, new      bench.Site
	domains       []string
}

// renameSite gives a site another host name, or leaves it under the one that it had.
func (r *Runner) renameSite(ctx context.Context, w *work) error {
	m, err := r.newSiteRename(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, m.story())
}

func (m *siteRename) story() story {
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			m.w.progress(percent, name)
			return nil
		},
		steps:  m.steps(),
		verify: m.verifyBefore,
	}
}

func (m *siteRename) steps() []step {
	steps := []step{
		{name: stepPreflight, apply: m.preflight, cancel: true},
		{name: stepMaintenance, apply: m.close, undo: m.open, cancel: true},
		{name: stepDrain, apply: func(ctx context.Context) error { return m.drain(ctx, m.old) }, cancel: true},
		{name: stepRename, apply: m.rename, undo: m.renameBack},
		{name: stepRoute, apply: m.routeThere, undo: m.routeBack},
		{name: stepServe, apply: m.serve, undo: m.closeAgain},
	}
	for i := range steps {
		steps[i].percent = 100 * (i + 1) / len(steps)
	}
	return steps
}

// newSiteRename reads what an action with the notes of a renaming is about.
func (r *Runner) newSiteRename(ctx context.Context, w *work) (*siteRename, error) {
	site, err := r.newSiteWork(ctx, w, *w.action.SiteID)
	if err != nil {
		return nil, err
	}
	m := &siteRename{siteWork: site, before: w.note(store.NoteNameBefore), after: w.note(store.NoteNameAfter)}
	if m.revision, err = r.Store.Revision(ctx, *w.action.RevisionID); err != nil {
		return nil, err
	}
	if m.domains, err = r.domainNames(ctx, *w.action.SiteID); err != nil {
		return nil, err
	}
	if m.old, err = m.as(m.before).at(m.revision); err != nil {
		return nil, err
	}
	m.new, err = m.as(m.after).at(m.revision)
	return m, err
}

// preflight makes sure that the site is where it should be, and that the server has no other one of the new name.
func (m *siteRename) preflight(ctx context.Context) error {
	answer, err := m.as(m.before).locate(ctx, m.revision.ServerID)
	if err != nil {
		return err
	}
	if err := onlyIn(answer, m.old); err != nil {
		return err
	}
	if answer, err = m.as(m.after).locate(ctx, m.revision.ServerID); err != nil {
		return err
	}
	return noSite(answer, m.after, m.host.Name)
}

// onlyIn errs with CodeNotReady unless a site was found in its revision and nowhere else.
func onlyIn(answer []byte, site bench.Site) error {
	places := bench.ParseSiteLocation(answer)
	if len(places) != 1 || places[0].String() != site.Revision().String() {
		return fleet.Errorf(fleet.CodeNotReady, "%s is in %v on its server, not in %s alone; a person has to look.", site, places, site.Revision())
	}
	return nil
}

func (m *siteRename) close(ctx context.Context) error { return m.setMaintenance(ctx, m.old, true) }

func (m *siteRename) open(ctx context.Context) error { return m.setMaintenance(ctx, m.old, false) }

func (m *siteRename) rename(ctx context.Context) error { return m.give(ctx, m.old, m.new, m.after) }

func (m *siteRename) renameBack(ctx context.Context) error {
	return m.give(ctx, m.new, m.old, m.before)
}

func (m *siteRename) give(ctx context.Context, from, to bench.Site, name string) error {
	command, err := bench.RenameSites(bench.Renaming{From: from, To: to})
	if err != nil {
		return err
	}
	if _, err := m.run(ctx, command); err != nil {
		return err
	}
	return m.w.stored(m.r.Store.SiteRenamed(m.w.write, m.w.ref, name))
}

func (m *siteRename) routeThere(ctx context.Context) error {
	return m.swapRoute(ctx, m.after, m.before)
}

func (m *siteRename) routeBack(ctx context.Context) error { return m.swapRoute(ctx, m.before, m.after) }

// swapRoute makes the server's nginx know one name and forget the other. The domains of the site go along: one that led to
// both would be refused.
func (m *siteRename) swapRoute(ctx context.Context, known, forgotten string) error {
	port, err := m.webPort(m.revision)
	if err != nil {
		return err
	}
	command, err := bench.SwapNginxMaps(bench.Swap{Host: known, Port: port, Forgotten: forgotten})
	if err != nil {
		return err
	}
	if _, err := m.run(ctx, command); err != nil {
		return err
	}
	if len(m.domains) == 0 {
		return nil
	}
	return m.as(known).routeDomains(ctx, m.domains)
}

// serve opens the site under its new name; it has to answer.
func (m *siteRename) serve(ctx context.Context) error {
	if _, err := m.run(ctx, bench.SetMaintenanceMode(m.new, false)); err != nil {
		return err
	}
	if err := m.answers(ctx); err != nil {
		return err
	}
	return m.outOfMaintenance()
}

func (m *siteRename) answers(ctx context.Context) error {
	return m.as(m.after).expectStatus(ctx, 200)
}

func (m *siteRename) closeAgain(ctx context.Context) error { return m.setMaintenance(ctx, m.new, true) }

// verifyBefore proves that a site that was taken back answers under the name that it had.
func (m *siteRename) verifyBefore(ctx context.Context) error {
	was := m.as(m.before)
	answer, err := was.locate(ctx, m.revision.ServerID)
	if err != nil {
		return err
	}
	if err := onlyIn(answer, m.old); err != nil {
		return err
	}
	return was.expectWithin(ctx, bootPatience, 200)
}
