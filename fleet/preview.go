package fleet

import "time"

// PreviewHolds is for how long after its end a preview may be acted on: what it shows may be changed by hand meanwhile.
const PreviewHolds = time.Hour

// SetUpAgain is a set-up that would put back what somebody changed by hand, so that a preview has to be seen first.
type SetUpAgain struct {
	Name     string     // of the server or the pair
	Preview  ActionKind // that shows what it would change: PREVIEW_SERVER or PREVIEW_PAIR
	ServerID uint       // 0 for a pair
	PairID   uint       // 0 for a server
	Later    *Action    // the newest set-up of it; nil when there was none
}

// NeedsPreview says whether what would be changed has to be seen before the server is set up: only where a set-up has
// succeeded is there something to put back. One that failed goes on without.
func (s *Server) NeedsPreview() bool { return s.Status == ServerReady }

// NeedsPreview says whether what would be changed has to be seen before a pair of these two servers is set up again. Where
// one has a host key that the other was not told, that is what the set-up is for.
func (p *Pair) NeedsPreview(master, slave Server) bool {
	told := !p.UnknownKey(master) && !p.UnknownKey(slave)
	return p.Status == PairReady && told && master.NeedsPreview() && slave.NeedsPreview()
}

// Accepts errs unless the preview, nil when none was given, shows what the set-up would change as of now: CodeInvalid
// when there is none or it is of something else, CodeNotReady when it has not succeeded, is too old, or was overtaken by
// another set-up.
func (s SetUpAgain) Accepts(preview *Action, now time.Time) error {
	const field = "input.previewId"
	switch {
	case preview == nil:
		return FieldErrorf(CodeInvalid, field, "%s is set up already: preview its set-up first (%s), look at what would be changed, and give the number of that preview.", s.Name, s.mutation())
	case !s.isOf(*preview):
		return FieldErrorf(CodeInvalid, field, "Action %d, %q, is no preview of the set-up of %s.", preview.ID, preview.Title, s.Name)
	case !preview.Status.Finished():
		return FieldErrorf(CodeNotReady, field, "The preview of %s has not ended yet; wait for it.", s.Name)
	case preview.Status != ActionSucceeded:
		return FieldErrorf(CodeNotReady, field, "The preview of %s did not succeed: %s Preview it again.", s.Name, preview.ErrorMessage)
	case preview.FinishedAt == nil || now.Sub(*preview.FinishedAt) > PreviewHolds:
		return FieldErrorf(CodeNotReady, field, "The preview of %s is more than an hour old; preview it again.", s.Name)
	case s.Later != nil && s.Later.ID > preview.ID:
		return FieldErrorf(CodeNotReady, field, "%q was asked for after that preview of %s; preview it again.", s.Later.Title, s.Name)
	}
	return nil
}

func (s SetUpAgain) isOf(preview Action) bool {
	is := func(id *uint, want uint) bool { return want == 0 || id != nil && *id == want }
	return preview.Kind == s.Preview && is(preview.ServerID, s.ServerID) && is(preview.PairID, s.PairID)
}

func (s SetUpAgain) mutation() string {
	if s.Preview == ActionPreviewPair {
		return "previewPair"
	}
	return "previewServer"
}
