package runner

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
	"central/store"
)

// Notes of an action that renews Central's access to a server.
const (
	noteOldKey   = "oldKey"   // name of the key that opened the server before
	noteOldLine  = "oldLine"  // its public key, as authorized_keys has it
	notePassword = "password" // there when the pair's new password is in the vault
)

// rotateCredentials gives Central a new key for a server, and the replication of its pair a new password.
func (r *Runner) rotateCredentials(ctx context.Context, w *work) error {
	server, err := r.serverOf(ctx, w)
	if err != nil {
		return err
	}
	if err := r.renewKey(ctx, w, server); err != nil || w.action.PairID == nil {
		return err
	}
	return r.renewReplication(ctx, w)
}

// renewKey makes a key for a server, puts it there beside the old one, gets in with it by a new connection, puts on
// record that it is the one to use, and only then takes the old one away. Wherever this ends, the key on record opens
// the server.
func (r *Runner) renewKey(ctx context.Context, w *work, server fleet.Server) error {
	keys, name, host := Keys{r.Store, r.Vault}, store.RotatedKey(w.action.ID), remoteHost(server)
	if err := r.rememberOldKey(ctx, w, server, host); err != nil {
		return err
	}
	w.progress(5, "Make a new key")
	if err := keys.Make(ctx, name); err != nil {
		return err
	}
	renewed := host
	renewed.Key = name
	line, err := r.Pool.PublicKey(ctx, renewed)
	if err != nil {
		return err
	}

	w.progress(10, "Install the new key")
	install, err := bench.InstallKey(server.User, line)
	if err != nil {
		return err
	}
	if err := r.changeKeys(ctx, w, host, install); err != nil {
		return err
	}
	w.progress(20, "Get in with the new key")
	if _, err := r.Pool.Run(ctx, renewed, bench.Command{Name: "log in with the new key", Argv: []string{"true"}}); err != nil {
		if remote.Refused(err) {
			return fleet.Errorf(fleet.CodeLoginRefused, "%s does not take the new key, though it is in the authorized_keys of %s; Central goes on with the old one. Look which file its sshd reads (AuthorizedKeysFile).", server.Name, server.User)
		}
		return err
	}
	if err := w.stored(r.Store.UseServerKey(ctx, w.ref, name)); err != nil {
		return err
	}
	r.Pool.Forget(server.Address, server.Port) // from here on, connections are opened with the new key
	w.say("Central gets in with the new key.")

	w.progress(30, "Remove the old key")
	remove, err := bench.KeepOnlyKey(server.User, line, w.note(noteOldLine))
	if err != nil {
		return err
	}
	if err := r.changeKeys(ctx, w, host, remove); err != nil {
		return err
	}
	if err := r.oldKeyIsRefused(ctx, w, server); err != nil {
		return err
	}
	return r.dropKeys(ctx, w, keys)
}

// rememberOldKey notes which key opened the server before, once for each action.
func (r *Runner) rememberOldKey(ctx context.Context, w *work, server fleet.Server, host remote.Host) error {
	if w.note(noteOldLine) != "" {
		return nil
	}
	old := server.SSHKey
	if old == "" {
		old = store.EntranceKey
	}
	host.Key = old
	line, err := r.Pool.PublicKey(ctx, host)
	if err != nil {
		return err
	}
	w.change(func(c *fleet.Cursor) { c.Notes[noteOldKey], c.Notes[noteOldLine] = old, line })
	return w.flush()
}

// changeKeys runs a command that changes authorized_keys, and tells what it removed.
func (r *Runner) changeKeys(ctx context.Context, w *work, host remote.Host, command bench.Command) error {
	out, err := r.Pool.Run(ctx, host, command)
	for line := range strings.Lines(string(out.Stderr)) {
		w.line("stdout", host.Name, strings.TrimSpace(line))
	}
	return err
}

// oldKeyIsRefused holds that a server does not let the old key in any more, which something else than its user's
// authorized_keys may do.
func (r *Runner) oldKeyIsRefused(ctx context.Context, w *work, server fleet.Server) error {
	before := remoteHost(server)
	before.Key = w.note(noteOldKey)
	_, err := r.Pool.Run(ctx, before, bench.Command{Name: "log in with the old key", Argv: []string{"true"}})
	switch {
	case remote.Refused(err):
		w.say(fmt.Sprintf("%s lets the old key in no more.", server.Name))
		return nil
	case fleet.ErrorCode(err) == fleet.CodeNotFound: // another runner came this far, and removed it
		return nil
	case err != nil:
		return err
	}
	r.Pool.Forget(server.Address, server.Port)
	return fleet.Errorf(fleet.CodeConflict, "Central uses its new key for %s, but the old one still opens it: something else than the authorized_keys of %s allows it, such as another file or command that its sshd asks. Take it away there, and renew the access again.", server.Name, server.User)
}

// dropKeys lets go of the private keys that no server is reached with any more.
func (r *Runner) dropKeys(ctx context.Context, w *work, keys Keys) error {
	var entrance []byte
	var err error
	if w.note(noteOldKey) == store.EntranceKey {
		if entrance, err = keys.fresh(); err != nil {
			return err
		}
	}
	renewed, err := r.Store.DropUnusedKeys(ctx, w.ref, entrance)
	if err == nil && renewed {
		w.say("No server uses the key for new servers any more, so it was replaced: the line to put on a new server is another one now.")
	}
	return w.stored(err)
}

// renewReplication gives the replication of a pair a new password, on both of its servers. The vault has it first: what
// is not told yet when this ends, the next set-up or renewal tells.
func (r *Runner) renewReplication(ctx context.Context, w *work) error {
	p, err := r.newPairWork(ctx, w)
	if err != nil {
		return err
	}
	if w.note(notePassword) == "" {
		sealed, err := r.Vault.Seal([]byte(rand.Text()))
		if err != nil {
			return err
		}
		if err := w.stored(r.Store.ReplaceSecret(ctx, w.ref, store.ReplicationSecret(p.pair.ID), sealed)); err != nil {
			return err
		}
		w.change(func(c *fleet.Cursor) { c.Notes[notePassword] = "made" })
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := p.tell(ctx, 40, 95); err != nil {
		return err
	}
	if err := p.verify(ctx); err != nil {
		return err
	}
	w.say(fmt.Sprintf("The replication of %s has a new password.", p.pair.Name))
	return nil
}
