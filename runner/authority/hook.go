package authority

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"time"

	"central/fleet"
)

// hookPatience is how long the operator's program may take: it returns when the record can be seen.
const hookPatience = 5 * time.Minute

// DNSHook runs the operator's program that changes the DNS: with the argument "present" to set a TXT record, with
// "cleanup" to remove it, and the record in CENTRAL_DNS_NAME and CENTRAL_DNS_VALUE. onLine gets each line that it
// writes. It errs with CodeCommandFailed when the program does not end well.
func DNSHook(ctx context.Context, program, verb string, challenge Challenge, onLine func(string)) error {
	ctx, done := context.WithTimeout(ctx, hookPatience)
	defer done()
	cmd := exec.CommandContext(ctx, program, verb)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"),
		"CENTRAL_DNS_NAME=_acme-challenge." + challenge.Name, "CENTRAL_DNS_VALUE=" + challenge.Answer,
	}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &output, &output, time.Second
	err := cmd.Run()
	for line := range strings.Lines(output.String()) {
		onLine(strings.TrimRight(line, "\r\n"))
	}
	if err != nil {
		return fleet.Errorf(fleet.CodeCommandFailed, "The DNS program did not %s the record _acme-challenge.%s: %s; see its output.", verb, challenge.Name, err)
	}
	return nil
}
