package remote

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"

	"central/fleet"
	"central/runner/bench"
)

// LetIn logs in to a host once with its user's password, over a connection of its own, and puts the agent's public
// key into that user's authorized_keys. The password is kept nowhere. It errs with CodeLoginRefused when the server
// does not take the password or takes none at all, CodeHostKeyChanged when it shows another key than h.HostKey,
// CodeUnreachable when it cannot be reached, and with an *ExitError when the key could not be written.
func (p *Pool) LetIn(ctx context.Context, h Host, password fleet.Secret) error {
	key, err := h.check()
	if err != nil {
		return err
	}
	pin := &pinned{host: h, key: key}
	ctx, cancel := context.WithTimeout(ctx, p.limits.DialTimeout)
	defer cancel()
	tried := false
	answer := func() (string, error) {
		tried = true
		return string(password), nil
	}
	client, err := p.logIn(ctx, pin, ssh.PasswordCallback(answer))
	if err != nil && !tried { // where passwords go through PAM only, the server asks for it as a question
		client, err = p.logIn(ctx, pin, ssh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
			if len(questions) == 0 {
				return nil, nil
			}
			text, err := answer()
			return slices.Repeat([]string{text}, len(questions)), err
		}))
	}
	if err != nil {
		return passwordRefused(pin, tried, err)
	}
	defer func() { _ = client.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer stop()
	line, err := p.agent.PublicKey(ctx, h)
	if err != nil {
		return err
	}
	return runOnce(client, h, bench.LetIn(line))
}

// logIn connects with one way to prove who Central is.
func (p *Pool) logIn(ctx context.Context, pin *pinned, by ssh.AuthMethod) (*ssh.Client, error) {
	return handshake(ctx, pin.host, &ssh.ClientConfig{
		User:              pin.host.User,
		Auth:              []ssh.AuthMethod{by},
		HostKeyCallback:   pin.check,
		HostKeyAlgorithms: pin.algorithms(),
		ClientVersion:     "SSH-2.0-Central",
	})
}

// passwordRefused turns the error of a login with a password into one that a person can act on.
func passwordRefused(pin *pinned, tried bool, err error) error {
	switch {
	case !strings.Contains(err.Error(), "unable to authenticate") || pin.changed != nil:
		return pin.explain(err)
	case !tried:
		return fleet.Errorf(fleet.CodeLoginRefused, "%s takes no passwords for %s: put Central's public key into its authorized_keys by hand.", pin.host, pin.host.User)
	case pin.host.User == "root":
		return fleet.Errorf(fleet.CodeLoginRefused, "%s does not take this password for root. It is wrong, or root may not log in with one there, which is usual: give another user, or put Central's public key into root's authorized_keys by hand.", pin.host)
	default:
		return fleet.Errorf(fleet.CodeLoginRefused, "%s does not take this password for %s.", pin.host, pin.host.User)
	}
}

// runOnce runs a command as the user who has logged in.
func runOnce(client *ssh.Client, h Host, command bench.Command) error {
	line, err := command.Exec()
	if err != nil {
		return err
	}
	session, err := client.NewSession()
	if err != nil {
		return lostConnection(h)
	}
	defer func() { _ = session.Close() }()
	stderr := &tailBuffer{limit: maxTail}
	session.Stderr = stderr
	err = session.Run(line)
	var exit *ssh.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit):
		return &ExitError{Host: h.Name, Command: command.String(), Output: Output{Stderr: stderr.bytes(), ExitCode: exit.ExitStatus()}}
	default:
		return lostConnection(h)
	}
}
