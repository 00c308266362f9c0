package git

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Credential lets git in to a repository that is not open. The zero value brings none.
type Credential struct {
	// AgentSocket is of an SSH agent that holds the deploy key.
	AgentSocket string
	// TokenFile has the lines that git asks a credential helper for, and is no file on a disk: see HoldToken.
	TokenFile string
}

// config is what git is told on its command line; there is no secret in it.
func (c Credential) config() []string {
	// An empty helper first: no other one is asked.
	config := []string{"-c", "credential.helper="}
	if c.TokenFile != "" {
		config = append(config, "-c", `credential.helper=!f() { test "$1" != get || cat `+c.TokenFile+`; }; f`)
	}
	return config
}

// HoldToken keeps the answer of a credential helper in memory that other processes of this user can read by the name
// it returns, until release is called.
func HoldToken(answer []byte) (name string, release func(), err error) {
	fd, err := unix.MemfdCreate("central-token", unix.MFD_CLOEXEC)
	if err != nil {
		return "", nil, fmt.Errorf("hold a token: %w", err)
	}
	file := os.NewFile(uintptr(fd), "central-token")
	release = func() { _ = file.Close() }
	if _, err := file.Write(answer); err != nil {
		release()
		return "", nil, fmt.Errorf("hold a token: %w", err)
	}
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), fd), release, nil
}
