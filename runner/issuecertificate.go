package runner

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"central/fleet"
	"central/runner/authority"
	"central/runner/proxy"
	"central/store"
)

// Notes of the issue of a certificate.
const (
	noteOrder = "order" // address of the order
	noteKey   = "key"   // the certificate's private key, sealed, in base64
)

// orderPatience is how long an authority may take over one step.
const orderPatience = 10 * time.Minute

// issue is one certificate on its way.
type issue struct {
	r           *Runner
	w           *work
	certificate fleet.Certificate
	client      *authority.Client
}

// issueCertificate gets a certificate from its authority. When the runner is killed, the next one goes on with the same
// order and the same key.
func (r *Runner) issueCertificate(ctx context.Context, w *work) error {
	i := &issue{r: r, w: w}
	var err error
	if i.certificate, err = r.Store.Certificate(ctx, *w.action.CertificateID); err != nil {
		return w.unprepared(err)
	}
	if i.client, err = r.client(ctx); err != nil {
		return w.unprepared(err)
	}
	return w.perform(ctx, i.story())
}

func (i *issue) story() story {
	return story{
		begin: func(_ context.Context, name string, percent int) error {
			i.w.progress(percent, name)
			return nil
		},
		steps: []step{
			{name: "Order", percent: 15, apply: i.patient(i.order), cancel: true},
			{name: "Prove control of the names", percent: 70, apply: i.patient(i.prove), undo: i.patient(i.tidy), cancel: true},
			{name: "Fetch the certificate", percent: 90, apply: i.patient(i.fetch)},
			{name: "Remove the challenges", percent: 100, apply: i.patient(i.removeChallenges), extra: true},
		},
	}
}

// patient gives a step the time that authorities take, and notes when one wants to be left alone.
func (i *issue) patient(do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, done := context.WithTimeoutCause(ctx, orderPatience, fleet.Errorf(fleet.CodeUnreachable, "The authority did not answer within %s.", orderPatience))
		defer done()
		err := do(ctx)
		if err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if wait := authority.RetryAfter(err); wait > 0 {
			again := time.Now().Add(wait).UTC().Format(time.RFC3339)
			i.w.change(func(c *fleet.Cursor) { c.Notes[store.NoteRetryAfter] = again })
		}
		return err
	}
}

// order orders the certificate, or finds the order of an earlier runner.
func (i *issue) order(ctx context.Context) error {
	if order := i.w.note(noteOrder); order != "" && i.client.Usable(ctx, order) {
		return nil
	}
	order, err := i.client.Order(ctx, i.certificate.Names)
	if err != nil {
		return err
	}
	sealed, err := i.r.sealedKey()
	if err != nil {
		return err
	}
	i.w.change(func(c *fleet.Cursor) {
		c.Notes[noteOrder], c.Notes[noteKey] = order, base64.StdEncoding.EncodeToString(sealed)
	})
	return i.w.flush()
}

// prove puts the answers to all challenges in place, on every proxy, and has the authority look at them.
func (i *issue) prove(ctx context.Context) error {
	challenges, err := i.client.Challenges(ctx, i.w.note(noteOrder))
	if err != nil {
		return err
	}
	for _, challenge := range challenges {
		if err := i.put(ctx, challenge); err != nil {
			return err
		}
	}
	for n, challenge := range challenges {
		i.w.progress(15+50*n/len(challenges), "Have "+challenge.Name+" looked at")
		if err := i.client.Prove(ctx, challenge); err != nil {
			return err
		}
		i.w.say(fmt.Sprintf("Control of %s is proved.", challenge.Name))
	}
	return nil
}

func (i *issue) put(ctx context.Context, challenge authority.Challenge) error {
	if challenge.DNS {
		return i.hook(ctx, "present", challenge)
	}
	return i.onProxies(ctx, func(server fleet.Server) error {
		command, err := proxy.PutChallenge(challenge.Name, challenge.Token, challenge.Answer)
		if err != nil {
			return err
		}
		_, err = i.r.onProxy(ctx, i.w, server, command)
		return err
	})
}

// removeChallenges takes all answers away. Those that are not there are no error.
func (i *issue) removeChallenges(ctx context.Context) error {
	order := i.w.note(noteOrder)
	if order == "" {
		return nil
	}
	challenges, err := i.client.AllChallenges(ctx, order)
	if err != nil {
		return err
	}
	var failed []error
	for _, challenge := range challenges {
		if challenge.DNS {
			failed = append(failed, i.hook(ctx, "cleanup", challenge))
			continue
		}
		failed = append(failed, i.onProxies(ctx, func(server fleet.Server) error {
			command, err := proxy.RemoveChallenge(challenge.Name, challenge.Token)
			if err != nil {
				return err
			}
			_, err = i.r.onProxy(ctx, i.w, server, command)
			return err
		}))
	}
	return errors.Join(failed...)
}

// tidy takes all answers away as far as that can be done: what is left is worth nothing to anybody.
func (i *issue) tidy(ctx context.Context) error {
	err := i.removeChallenges(ctx)
	if err != nil && ctx.Err() == nil {
		i.w.say("Not all challenges could be removed: " + failureOf(err).Message)
		return nil
	}
	return err
}

func (i *issue) hook(ctx context.Context, verb string, challenge authority.Challenge) error {
	program := i.r.Certificates.DNSHook
	if program == "" {
		return fleet.Errorf(fleet.CodeNotReady, "A wildcard needs a program that changes the DNS, and this runner has none: see --acme-dns-hook.")
	}
	return authority.DNSHook(ctx, program, verb, challenge, func(line string) { i.w.line("stdout", "", line) })
}

// onProxies does something on every proxy that is in use: the authority may come to any of them.
func (i *issue) onProxies(ctx context.Context, do func(fleet.Server) error) error {
	servers, err := i.r.Store.Servers(ctx)
	if err != nil {
		return err
	}
	any := false
	for _, server := range servers {
		if server.Role != fleet.RoleProxy || server.Status != fleet.ServerReady {
			continue
		}
		any = true
		if err := do(server); err != nil {
			return err
		}
	}
	if !any {
		return fleet.Errorf(fleet.CodeNotReady, "No proxy is ready, and the authority asks one for proof: set one up first.")
	}
	return nil
}

// fetch has the certificate issued, and keeps it. When it ends, aftermath gives it to the proxies.
func (i *issue) fetch(ctx context.Context) error {
	sealed, err := base64.StdEncoding.DecodeString(i.w.note(noteKey))
	if err != nil {
		return fmt.Errorf("read the note of the key: %w", err)
	}
	text, err := i.r.Certificates.Vault.Open(sealed)
	if err != nil {
		return fmt.Errorf("open the certificate's key: %w", err)
	}
	key, err := authority.DecodeKey(text)
	if err != nil {
		return err
	}
	chain, err := i.client.Finish(ctx, i.w.note(noteOrder), i.certificate.Names, key)
	if err != nil {
		return err
	}
	facts, err := fleet.ReadCertificate(chain, string(text), time.Now())
	if err != nil {
		return fmt.Errorf("the authority sent something odd: %w", err)
	}
	facts.Names = i.certificate.Names
	i.w.say(fmt.Sprintf("%s has issued it, valid until %s.", facts.Issuer, facts.NotAfter.Format("2 January 2006 15:04 MST")))
	return i.w.stored(i.r.Store.CertificateIssued(ctx, i.w.ref, facts, sealed))
}
