package runner

import (
	"context"
	"fmt"
	"time"

	"central/runner/bench"
)

// stepHandOut makes a site that stood ready somebody's.
const stepHandOut = "Hand out"

const (
	// handOutsAtOnce is how many sites are handed out on a server together.
	handOutsAtOnce = 64
	// handOutPatience is how long sites are asked together until they answer; each goes on being asked by itself.
	handOutPatience = 3 * time.Second
)

// handOut is a site on its way to somebody who signed up: their name for it, and a password of their own.
type handOut struct {
	*siteRename
	port     int
	password bench.HashedPassword
	lines    []string // of output, until whoever waits for them stores them
}

// handOutSite gives a site that stood ready to somebody who signed up.
func (r *Runner) handOutSite(ctx context.Context, w *work) error {
	h, err := r.newHandOut(ctx, w)
	if err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, h.story())
}

func (h *handOut) story() story {
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			h.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: stepHandOut, percent: 80, apply: h.give, undo: h.takeBack},
			{name: stepCheck, percent: 100, apply: h.check},
		},
		verify: h.verifyBefore,
	}
}

func (r *Runner) newHandOut(ctx context.Context, w *work) (*handOut, error) {
	m, err := r.newSiteRename(ctx, w)
	if err != nil {
		return nil, err
	}
	h := &handOut{siteRename: m}
	if h.port, err = m.webPort(m.revision); err != nil {
		return nil, err
	}
	site, err := r.Store.Site(ctx, *w.action.SiteID)
	if err != nil {
		return nil, err
	}
	password, err := m.administratorPassword(ctx)
	if err != nil {
		return nil, err
	}
	database := site.Name
	if site.CreatedAs != nil {
		database = *site.CreatedAs
	}
	h.password, err = bench.HashPassword(h.after, database, password)
	return h, err
}

// give gives the site away, together with all others that are given away on its server at the moment.
func (h *handOut) give(ctx context.Context) error {
	key := fmt.Sprintf("%s %s", h.host, h.old.Revision().Dir())
	h.lines = nil
	if err := h.together(h.r.handOuts, key); err != nil {
		return err
	}
	for _, line := range h.lines {
		h.w.line("stdout", h.host.Name, line)
	}
	return h.w.stored(h.r.Store.SiteRenamed(h.w.write, h.w.ref, h.after))
}

// together waits for what is done for many. It goes on for a while when the runner stops, as a command of its own would.
func (h *handOut) together(g *gathering[*handOut], key string) error {
	ctx, done := outlast(h.w.life, h.r.pace.grace)
	defer done()
	err := g.do(ctx, key, h)
	if err != nil && interrupted(h.w.life) {
		return context.Cause(h.w.life)
	}
	return err
}

// takeBack makes it a site that stands ready. Its password stays: the next who gets the site gets one of their own.
func (h *handOut) takeBack(ctx context.Context) error {
	if err := h.routeBack(ctx); err != nil {
		return err
	}
	return h.renameBack(ctx)
}

// check sees that the site answers under its new name. Those that are handed out at the moment are asked together first; one that
// does not answer soon goes on being asked by itself.
func (h *handOut) check(ctx context.Context) error {
	if err := h.together(h.r.handedOut, h.host.String()); err == nil || interrupted(h.w.life) {
		return err
	}
	return h.answers(ctx)
}
