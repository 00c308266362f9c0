package runner

import (
	"context"

	"central/fleet"
)

// relocationRecord is the record of a move to another bench of the same server, which is one of its own.
type relocationRecord struct{}

func (relocationRecord) step(m *siteMove, name, _ string, percent int) error {
	m.w.progress(percent, name)
	return nil
}

func (relocationRecord) moved(m *siteMove, there bool) error {
	return m.r.Store.SiteRelocated(m.w.write, m.w.ref, there)
}

// skipped has nothing to say: no patch is skipped unless a deploy asks for it.
func (relocationRecord) skipped(*siteMove, []string) error { return nil }

func (r *Runner) newNearRelocation(ctx context.Context, w *work, row fleet.Relocation) (*siteMove, error) {
	m := &siteMove{record: relocationRecord{}, siteID: row.SiteID}
	var err error
	if m.siteWork, m.from, m.old, err = r.relocationEnd(ctx, w, row.SiteID, row.FromRevisionID); err != nil {
		return nil, err
	}
	_, m.to, m.new, err = r.relocationEnd(ctx, w, row.SiteID, row.ToRevisionID)
	return m, err
}
