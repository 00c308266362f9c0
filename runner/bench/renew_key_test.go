package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The keys of a user's authorized_keys, with what people write around them.
const (
	oldKey    = "ssh-ed25519 AAAAold central"
	newKey    = "ssh-ed25519 AAAAnew central"
	annasKey  = `from="192.0.2.0/24" ssh-rsa AAAAanna anna@example.com`
	byHand    = `no-pty ssh-ed25519 AAAAold put here by hand`
	bareKey   = "ssh-ed25519 AAAAold"
	strangers = "ssh-ed25519 AAAAolder somebody"
	earlier   = "ssh-ed25519 AAAAearlier central"
)

func TestKeyCommands(t *testing.T) {
	command := func(c Command, err error) Command {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	install := command(InstallKey("root", newKey))
	only := command(KeepOnlyKey("root", newKey, oldKey))
	remove := command(RemoveKey("root", oldKey))
	for name, c := range map[string]struct {
		command       Command
		before, after []string
	}{
		"Install":                {install, []string{oldKey, annasKey}, []string{oldKey, annasKey, newKey}},
		"InstallAgain":           {install, []string{oldKey, newKey}, []string{oldKey, newKey}},
		"InstallTheFirst":        {install, nil, []string{newKey}},
		"OnlyHoweverItIsWritten": {only, []string{annasKey, byHand, newKey, bareKey, strangers, earlier}, []string{annasKey, newKey, strangers}},
		"RemoveAlsoByHand":       {remove, []string{byHand, annasKey, oldKey, strangers}, []string{annasKey, strangers}},
		"RemoveTheLast":          {remove, []string{oldKey}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			keys, out, err := withKeys(t, c.command, c.before)
			if want := lines(c.after); err != nil || keys != want {
				t.Errorf("%v: %s\ngot  %q\nwant %q", err, out, keys, want)
			}
		})
	}
	t.Run("ErrTheNewOneIsNotThere", func(t *testing.T) {
		keys, out, err := withKeys(t, only, []string{oldKey, annasKey})
		if err == nil || !strings.Contains(out, "Central's key is not there") || keys != lines([]string{oldKey, annasKey}) {
			t.Errorf("%v: %s, left %q", err, out, keys)
		}
	})
}

func lines(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, "\n") + "\n"
}

// withKeys runs a command on a machine whose user has these keys, and returns what the user has then.
func withKeys(t *testing.T, c Command, before []string) (after, output string, err error) {
	t.Helper()
	home, bin := t.TempDir(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(filepath.Join(bin, "getent"), []byte("#!/bin/sh\necho root:x:0:0:root:"+home+":/bin/sh\n"), 0o755))
	file := filepath.Join(home, ".ssh", "authorized_keys")
	if before != nil {
		must(os.Mkdir(filepath.Dir(file), 0o700))
		must(os.WriteFile(file, []byte(lines(before)), 0o600))
	}
	run := exec.CommandContext(t.Context(), c.Argv[0], c.Argv[1:]...)
	run.Env = []string{"PATH=" + bin + ":/usr/bin:/bin"}
	said, err := run.CombinedOutput()
	text, failed := os.ReadFile(file)
	must(failed)
	info, failed := os.Stat(file)
	must(failed)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
	return string(text), string(said), err
}
