package runner

import (
	"context"
	"fmt"
	"time"

	"central/fleet"
	"central/runner/mail"
	"central/store"
)

// SignUpConfig is what a runner needs to confirm the addresses of those who sign up, and to remind customers.
type SignUpConfig struct {
	Links fleet.SignUpLinks
	Mail  *mail.Server // nil: nothing is sent, and staff hands the links on and tells customers
}

// mailsAtOnce is how many messages one runner claims together. It hands them over one after the other, each within half a
// minute, which has to be done before another runner takes those claimed over, after two.
const mailsAtOnce = 3

// watchSignUps ends sign-ups that nobody confirms, begins sites for those who wait, and keeps sites ready for those to come,
// until ctx ends. Of several runners that do so at once one gets each.
func (r *Runner) watchSignUps(ctx context.Context) {
	tick := time.NewTicker(r.rhythm.signUps)
	defer tick.Stop()
	for {
		done, err := r.Store.AdvanceSignUps(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot go on with sign-ups", "error", err)
		}
		if done.Expired > 0 || done.Provided > 0 {
			r.Log.Info("sign-ups went on", "expired", done.Expired, "sites begun", done.Provided)
		}
		filled, err := r.Store.FillPools(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.Error("cannot keep sites ready", "error", err)
		}
		if filled != (store.StandbyPass{}) {
			r.Log.Info("sites that stand ready", "begun", filled.Begun, "dropped", filled.Dropped)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// mailSignUps sends those who sign up their links, until ctx ends.
func (r *Runner) mailSignUps(ctx context.Context) {
	if r.SignUps.Mail == nil {
		return
	}
	tick := time.NewTicker(r.rhythm.links)
	defer tick.Stop()
	for {
		for r.sendLinks(ctx) == mailsAtOnce { // there may be more
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sendLinks sends some of what is to be sent now, one message after the other, and says how many it claimed.
func (r *Runner) sendLinks(ctx context.Context) int {
	claimed, err := r.Store.ClaimSignUpMails(ctx, mailsAtOnce)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.Error("cannot tell which links are to be sent", "error", err)
		}
		return 0
	}
	for _, signUp := range claimed {
		why := ""
		if err := r.SignUps.Mail.Send(ctx, linkMessage(signUp, r.SignUps.Links)); err != nil {
			if ctx.Err() != nil {
				return 0 // another runner sends it
			}
			why = err.Error()
			r.Log.Warn("a link was not sent", "sign-up", signUp.ID, "error", err)
		}
		if err := r.Store.SignUpMailed(ctx, signUp.ID, why); err != nil && ctx.Err() == nil {
			r.Log.Error("cannot write that a link was sent", "sign-up", signUp.ID, "error", err)
		}
	}
	return len(claimed)
}

// linkMessage asks somebody to confirm their address.
func linkMessage(signUp fleet.SignUp, links fleet.SignUpLinks) mail.Message {
	return mail.Message{
		To: signUp.Email, Subject: "Confirm your e-mail address for " + signUp.SiteName,
		Text: fmt.Sprintf(`Hello %s,

you asked for the site %s. Open this link to confirm your e-mail address and to get it:

%s

It works once, until %s. If you asked for nothing, leave it: without the link nothing happens.
`, signUp.Name, signUp.SiteName, links.Link(signUp), signUp.ExpiresAt.UTC().Format("2 January 2006 15:04 MST")),
	}
}
