package playbooks_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The other server of a pair asks through a forced command. Whatever it is not made for is refused before
// anything runs.
func TestPartnerRefuses(t *testing.T) {
	for _, asked := range []string{
		"", "sh", "status; id", "status\nid", "fence", "fence 1; id", "fence -1", "fence 1 2", "fence 1234567890123456789", "seed x", "SEED",
		"rsync --server --sender -logDtpr . /", "rsync --server --daemon . --config=/tmp/x", "rsync --server --daemon --config=/tmp/x .", "$(id)", "*",
	} {
		t.Run(asked, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), "bash", "roles/pair/files/partner")
			command.Env = append(os.Environ(), "SSH_ORIGINAL_COMMAND="+asked)
			output, err := command.CombinedOutput()
			if err == nil || strings.TrimSpace(string(output)) != "The partner may not ask for that." {
				t.Errorf("it answered %q (%v)", output, err)
			}
		})
	}
}
