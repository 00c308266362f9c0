package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait of a test.
const patience = 30 * time.Second

// TestMain lets the test's own binary be the central command, so that tests can start and kill it.
func TestMain(m *testing.M) {
	if os.Getenv("CENTRAL_TEST_COMMAND") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// command is `central` with these arguments, without what this machine's environment says of a Central.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = []string{"CENTRAL_TEST_COMMAND=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	return cmd
}

// run runs a command to its end.
func run(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := command(t, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return strings.TrimSpace(out.String()), strings.TrimSpace(errs.String()), err
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, err := run(t, args...)
	if err != nil {
		t.Fatalf("central %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
	return stdout
}

// served is a `central serve` under way.
type served struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	stdout *bytes.Buffer // complete once it has ended
	log    *bytes.Buffer // complete once it has ended
	ended  chan error
}

// serve starts `central serve` and waits until it is ready.
func serve(t *testing.T, data string) *served {
	t.Helper()
	s := &served{t: t, cmd: command(t, "serve", "--listen", "127.0.0.1:0", "--data", data), stdout: &bytes.Buffer{}, log: &bytes.Buffer{}, ended: make(chan error, 1)}
	s.cmd.Stdout = s.stdout
	log, err := s.cmd.StderrPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go func() {
		scanner := bufio.NewScanner(log)
		for scanner.Scan() {
			fmt.Fprintln(s.log, scanner.Text())
			if match := upAt.FindStringSubmatch(scanner.Text()); match != nil {
				address <- match[1]
			}
		}
		close(address)
		s.ended <- s.cmd.Wait()
	}()
	t.Cleanup(func() { s.end(syscall.SIGKILL) })
	select {
	case at, ok := <-address:
		if !ok {
			t.Fatalf("central ended: %s", s.log)
		}
		s.url = "http://" + at
	case <-time.After(patience):
		t.Fatal("central does not start")
	}
	return s
}

var (
	upAt    = regexp.MustCompile(`msg="Central is up" address=(\S+)`)
	oneTime = regexp.MustCompile(`one-time password[^\n]*: (\S+)`)
)

// end sends a signal and waits until the process is gone.
func (s *served) end(signal syscall.Signal) error {
	s.t.Helper()
	if s.cmd.ProcessState != nil {
		return nil
	}
	if err := s.cmd.Process.Signal(signal); err != nil {
		return err
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(patience):
		s.t.Fatal("central does not end")
	}
	return nil
}

// ask sends a query with a token and returns the answer as it is.
func (s *served) ask(token, query string) string {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func TestServe(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first := serve(t, data)
	token := mustRun(t, "user", "token", "--data", data, "--name", "test", "--role", "ADMIN")
	me := first.ask(token, `{ me { name role } publicKey }`)
	if !strings.Contains(me, `"role":"ADMIN"`) || !strings.Contains(me, "ssh-ed25519 ") {
		t.Fatalf("got %s", me)
	}
	t.Run("people are added on the command line", func(t *testing.T) {
		password := mustRun(t, "user", "add", "ann", "--role", "VIEWER", "--data", data)
		if r := first.ask("", `mutation { logIn(input: {name: "ann", password: "`+password+`"}) { me { mustChangePassword } } }`); !strings.Contains(r, `"mustChangePassword":true`) {
			t.Errorf("got %s", r)
		}
		if again := mustRun(t, "user", "reset-password", "ann", "--data", data); again == password || again == "" {
			t.Errorf("got %s after %s", again, password)
		}
		if _, stderr, err := run(t, "user", "add", "ann", "--data", data); err == nil || stderr != "central: There is already somebody called ann." {
			t.Errorf("got %v %s", err, stderr)
		}
	})
	t.Run("a second Central on the folder is refused", func(t *testing.T) {
		if _, stderr, err := run(t, "serve", "--listen", "127.0.0.1:0", "--data", data); err == nil || !strings.Contains(stderr, "in use by another Central") {
			t.Errorf("got %v %s", err, stderr)
		}
	})
	t.Run("an address that is taken is told", func(t *testing.T) {
		taken := strings.TrimPrefix(first.url, "http://")
		if _, stderr, err := run(t, "serve", "--listen", taken, "--data", t.TempDir()); err == nil || !strings.Contains(stderr, "address already in use") {
			t.Errorf("got %v %s", err, stderr)
		}
	})
	if err := first.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	password := oneTime.FindStringSubmatch(first.stdout.String())
	if password == nil {
		t.Fatalf("no one-time password in %q", first.stdout)
	}

	second := serve(t, data)
	if r := second.ask("", `mutation { logIn(input: {name: "admin", password: "`+password[1]+`"}) { me { name } } }`); !strings.Contains(r, `"admin"`) {
		t.Errorf("the printed password does not work: %s", r)
	}
	if err := second.end(syscall.SIGKILL); err == nil {
		t.Error("it was not killed")
	}
	third := serve(t, data)
	if again := third.ask(token, `{ me { name role } publicKey }`); again != me {
		t.Errorf("after it was killed: %s, before: %s", again, me)
	}
	if err := third.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if strings.Contains(second.stdout.String()+third.stdout.String(), "password") {
		t.Error("the password is printed again")
	}
}

func TestCommandsWithoutServe(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	t.Run("work needs somebody who serves", func(t *testing.T) {
		if _, stderr, err := run(t, "work", "--data", data); err == nil || !strings.Contains(stderr, "start 'central serve' there first") {
			t.Errorf("got %v %s", err, stderr)
		}
	})
	t.Run("migrate", func(t *testing.T) { mustRun(t, "migrate", "--data", data) })
	t.Run("a token for nobody", func(t *testing.T) {
		if _, stderr, err := run(t, "user", "token", "--data", data, "--name", "x", "--user", "zoe"); err == nil || stderr != "central: There is nobody called zoe." {
			t.Errorf("got %v %s", err, stderr)
		}
	})
	t.Run("a role that is none", func(t *testing.T) {
		if _, stderr, err := run(t, "user", "add", "zoe", "--role", "ROOT", "--data", data); err == nil || !strings.Contains(stderr, "ROOT") {
			t.Errorf("got %v %s", err, stderr)
		}
	})
}
