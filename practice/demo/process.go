package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// process is the `central serve` of a demo, which goes on when the command that started it has ended.
type process struct {
	binary string
	dir    string // of the demo; holds the log, the pid and Central's data
	listen string
}

func (p process) data() string    { return filepath.Join(p.dir, "data") }
func (p process) logFile() string { return filepath.Join(p.dir, "central.log") }
func (p process) pidFile() string { return filepath.Join(p.dir, "central.pid") }

// start makes sure that Central runs, from the binary as it is now, and answers.
func (p process) start(ctx context.Context) error {
	if p.outdated() {
		if err := p.stop(ctx); err != nil {
			return err
		}
	}
	if p.pid() == 0 {
		if err := p.launch(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if p.answers(ctx) {
			return nil
		}
		if p.pid() == 0 {
			log, _ := os.ReadFile(p.logFile())
			return fmt.Errorf("central did not start:\n%s", lastLines(string(log), 15))
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("central does not answer at %s; see %s", p.listen, p.logFile())
		}
	}
}

func (p process) launch() error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	log, err := os.OpenFile(p.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(p.binary, "serve", "--listen", p.listen, "--data", p.data())
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { // so that a Central that ends at once is not taken for one that runs
		defer close(ended)
		_ = command.Wait()
	}()
	if err := os.WriteFile(p.pidFile(), []byte(strconv.Itoa(command.Process.Pid)+"\n"), 0o600); err != nil {
		return err
	}
	for p.pid() == 0 { // a program that was just started has no arguments for a moment
		select {
		case <-ended:
			return nil
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

// pid is the number of the demo's Central, 0 when it does not run. A number that another program has got
// since is not taken for it.
func (p process) pid() int {
	text, err := os.ReadFile(p.pidFile())
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || !strings.Contains(string(line), "\x00serve\x00") || !strings.Contains(string(line), p.data()) {
		return 0
	}
	return pid
}

// outdated says whether Central runs from a file that was replaced since, by a newer build.
func (p process) outdated() bool {
	pid := p.pid()
	if pid == 0 {
		return false
	}
	running, err := os.Stat(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return false
	}
	built, err := os.Stat(p.binary)
	return err == nil && !os.SameFile(running, built)
}

func (p process) answers(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.listen+"/readyz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK && p.pid() != 0
}

// stop ends Central and waits until it is gone.
func (p process) stop(ctx context.Context) error {
	if p.pid() == 0 {
		return nil
	}
	patient, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if p.end(patient, syscall.SIGTERM) == nil {
		return nil
	}
	return p.kill(ctx)
}

var oneTimePassword = regexp.MustCompile(`(?m)one-time password[^\n]*?:\s+(\S+)`)

// firstPassword is the one-time password that Central printed at its first start.
func (p process) firstPassword() string {
	log, err := os.ReadFile(p.logFile())
	if err != nil {
		return ""
	}
	if match := oneTimePassword.FindSubmatch(log); match != nil {
		return string(match[1])
	}
	return ""
}

// token is the demo's API token, made on the machine's own command line the first time.
func (p process) token(ctx context.Context) (string, error) {
	file := filepath.Join(p.dir, "token")
	if text, err := os.ReadFile(file); err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	made, err := exec.CommandContext(ctx, p.binary, "user", "token", "--data", p.data(), "--name", "demo", "--role", "ADMIN").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return "", fmt.Errorf("make an API token: %s", exit.Stderr)
		}
		return "", fmt.Errorf("make an API token: %w", err)
	}
	token := strings.TrimSpace(string(made))
	return token, os.WriteFile(file, []byte(token+"\n"), 0o600)
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// kill ends Central without giving it time for anything.
func (p process) kill(ctx context.Context) error { return p.end(ctx, syscall.SIGKILL) }

// end sends a signal to Central and waits until it has ended and with it all that it had open: its address is free only
// then, some time after /proc has lost its arguments.
func (p process) end(ctx context.Context, signal syscall.Signal) error {
	pid := p.pid()
	if pid == 0 {
		return errors.New("central does not run")
	}
	handle, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(handle)
	if err := unix.PidfdSendSignal(handle, signal, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
		return err
	}
	for {
		ended := []unix.PollFd{{Fd: int32(handle), Events: unix.POLLIN}}
		n, err := unix.Poll(ended, 20) // milliseconds
		if n > 0 || err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}
