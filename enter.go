package main

import (
	"context"
	"errors"
	"time"

	"central/fleet"
	"central/runner/bench"
	"central/runner/remote"
)

// scan asks a machine for its host keys, without logging in.
func scan(ctx context.Context, address string, port int) ([]fleet.HostKey, error) {
	keys, err := remote.ScanHostKeys(ctx, address, port)
	return keys, fleet.AtField(err, "address")
}

// enter connects to a machine as Central will, and looks at it. With a password it first puts Central's key there.
func enter(pool *remote.Pool) func(context.Context, fleet.ServerEntry) (fleet.ServerLook, error) {
	return func(ctx context.Context, entry fleet.ServerEntry) (fleet.ServerLook, error) {
		look := fleet.ServerLook{}
		key, err := shownHostKey(ctx, entry)
		if err != nil {
			return look, err
		}
		look.HostKey = key
		host := remote.Host{Name: entry.Address, Address: entry.Address, Port: entry.Port, User: entry.User, HostKey: key}
		if entry.Password != "" {
			if err := pool.LetIn(ctx, host, entry.Password); err != nil {
				return look, fleet.AtField(err, fieldOf(err, "input.password"))
			}
		}
		asked := time.Now()
		output, err := pool.Run(ctx, host, bench.Facts())
		var exit *remote.ExitError
		switch {
		case err == nil:
		case remote.Refused(err):
			return look, fleet.FieldErrorf(fleet.CodeLoginRefused, "input.user",
				"The server does not take Central's key for %s: put the line with Central's public key into that user's authorized_keys, or give its password once.", entry.User)
		case errors.As(err, &exit) && entry.User != "root":
			return look, fleet.FieldErrorf(fleet.CodeNoSudo, "input.user",
				"%s may log in but not become root without a password: allow it there (a file in /etc/sudoers.d with \"%s ALL=(ALL) NOPASSWD: ALL\"), or log in as root. The server says: %s", entry.User, entry.User, exit)
		default:
			return look, fleet.AtField(err, "input.address")
		}
		look.Facts = bench.ParseFacts(output.Stdout, asked, time.Now())
		return look, nil
	}
}

// shownHostKey is the host key of a machine that has the fingerprint given, or the first it shows where none is.
func shownHostKey(ctx context.Context, entry fleet.ServerEntry) (string, error) {
	keys, err := remote.ScanHostKeys(ctx, entry.Address, entry.Port)
	if err != nil {
		return "", fleet.AtField(err, "input.address")
	}
	if entry.HostKeyFingerprint == "" {
		return keys[0].Line, nil
	}
	for _, key := range keys {
		if key.Fingerprint == entry.HostKeyFingerprint {
			return key.Line, nil
		}
	}
	return "", fleet.FieldErrorf(fleet.CodeHostKeyChanged, "input.hostKeyFingerprint",
		"The server shows a host key with the fingerprint %s, not the one given. Compare it on the server's own console.", keys[0].Fingerprint)
}

// fieldOf is the field that a refused login with a password is about; other errors are about the address.
func fieldOf(err error, password string) string {
	if fleet.ErrorCode(err) == fleet.CodeLoginRefused {
		return password
	}
	return "input.address"
}
