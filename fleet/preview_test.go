package fleet

import (
	"testing"
	"time"
)

func TestSetUpAgain_Accepts(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	server, other, pair := uint(3), uint(4), uint(7)
	preview := func(change func(*Action)) *Action {
		ended := now.Add(-time.Minute)
		a := &Action{ID: 50, Kind: ActionPreviewServer, Status: ActionSucceeded, ServerID: &server, FinishedAt: &ended}
		if change != nil {
			change(a)
		}
		return a
	}
	of := SetUpAgain{Name: "m-01", Preview: ActionPreviewServer, ServerID: server}
	ofPair := SetUpAgain{Name: "one", Preview: ActionPreviewPair, PairID: pair}
	before, after := of, of
	before.Later, after.Later = &Action{ID: 49}, &Action{ID: 51}
	for name, c := range map[string]struct {
		of      SetUpAgain
		preview *Action
		code    Code
	}{
		"OK":             {of, preview(nil), ""},
		"SetUpBefore":    {before, preview(nil), ""},
		"OfThePair":      {ofPair, preview(func(a *Action) { a.Kind, a.ServerID, a.PairID = ActionPreviewPair, nil, &pair }), ""},
		"ErrNone":        {of, nil, CodeInvalid},
		"ErrOtherServer": {of, preview(func(a *Action) { a.ServerID = &other }), CodeInvalid},
		"ErrOtherKind":   {of, preview(func(a *Action) { a.Kind = ActionCheckServer }), CodeInvalid},
		"ErrOfItsServer": {ofPair, preview(nil), CodeInvalid},
		"ErrOtherPair":   {ofPair, preview(func(a *Action) { a.Kind, a.ServerID, a.PairID = ActionPreviewPair, nil, &other }), CodeInvalid},
		"ErrRunning":     {of, preview(func(a *Action) { a.Status = ActionRunning }), CodeNotReady},
		"ErrFailed":      {of, preview(func(a *Action) { a.Status = ActionFailed }), CodeNotReady},
		"ErrOld":         {of, preview(func(a *Action) { old := now.Add(-PreviewHolds - time.Second); a.FinishedAt = &old }), CodeNotReady},
		"ErrSetUpLater":  {after, preview(nil), CodeNotReady},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.of.Accepts(c.preview, now)
			if ErrorCode(err) != c.code {
				t.Errorf("got %v, want %q", err, c.code)
			}
		})
	}
}

func TestNeedsPreview(t *testing.T) {
	ready, failed := Server{Status: ServerReady}, Server{Status: ServerFailed}
	if !ready.NeedsPreview() || failed.NeedsPreview() || (&Server{Status: ServerNew}).NeedsPreview() {
		t.Error("only a server that is set up has something to put back")
	}
	set, broken := Pair{Status: PairReady}, Pair{Status: PairFailed}
	told := Pair{Status: PairReady, ToldKeys: map[uint]string{0: "before"}}
	if told.NeedsPreview(ready, ready) {
		t.Error("a host key that was pinned anew is no drift")
	}
	if !set.NeedsPreview(ready, ready) || set.NeedsPreview(ready, failed) || broken.NeedsPreview(ready, ready) {
		t.Error("only a pair that is set up, of servers that are, has something to put back")
	}
}
