package mail

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"central/runner/mail/mailtest"
)

// serve answers on a port of its own until the test ends.
func serve(t *testing.T, b *mailtest.Box) string {
	t.Helper()
	address, stop, err := b.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return address
}

func newServer(t *testing.T, config Config) *Server {
	t.Helper()
	server, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func TestServer_Send(t *testing.T) {
	b := &mailtest.Box{}
	server := newServer(t, Config{Address: serve(t, b), From: "Central <central@example.com>", TLS: Plain})
	err := server.Send(t.Context(), Message{To: "ana@customers.example", Subject: "Confirm für acme", Text: "Open this link:\n\nhttps://central.example.com/confirm?token=1.2.x\n"})
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Messages()) != 1 {
		t.Fatalf("%d messages came", len(b.Messages()))
	}
	got := b.Messages()[0]
	if got.From != "central@example.com" || got.To != "ana@customers.example" {
		t.Errorf("it is from %s to %s", got.From, got.To)
	}
	for _, want := range []string{"From: \"Central\" <central@example.com>", "To: <ana@customers.example>", "Subject: =?UTF-8?q?Confirm_f=C3=BCr_acme?=", "Message-ID: <", "https://central.example.com/confirm?token="} {
		if !strings.Contains(got.Text, want) {
			t.Errorf("it has no %q:\n%s", want, got.Text)
		}
	}
}

func TestServer_Send_SignsIn(t *testing.T) {
	b := &mailtest.Box{User: "central", Password: "secret-canary"}
	address := serve(t, b)
	send := func(password string) error {
		server := newServer(t, Config{Address: address, From: "central@example.com", User: "central", Password: password, TLS: Plain})
		return server.Send(t.Context(), Message{To: "ana@customers.example", Subject: "Hello", Text: "Hello"})
	}
	if err := send("secret-canary"); err != nil || len(b.Messages()) != 1 {
		t.Errorf("%v, and %d messages came", err, len(b.Messages()))
	}
	if err := send("other-canary"); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestServer_Send_Fails(t *testing.T) {
	b := &mailtest.Box{Refuse: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}}
	address := serve(t, b)
	message := Message{To: "ana@customers.example", Subject: "Hello", Text: "Hello"}
	t.Run("Refused", func(t *testing.T) {
		if err := newServer(t, Config{Address: address, From: "central@example.com", TLS: Plain}).Send(t.Context(), message); err == nil || !strings.Contains(err.Error(), "no such mailbox") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("WithoutTheTLSThatIsAskedFor", func(t *testing.T) {
		for _, tls := range []TLS{StartTLS, Implicit} {
			if err := newServer(t, Config{Address: address, From: "central@example.com", TLS: tls}).Send(t.Context(), message); err == nil {
				t.Errorf("%s: it was sent in the clear", tls)
			}
		}
	})
	t.Run("NobodyThere", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		gone := listener.Addr().String()
		listener.Close()
		if err := newServer(t, Config{Address: gone, From: "central@example.com", TLS: Plain}).Send(t.Context(), message); err == nil {
			t.Error("it was sent to nobody")
		}
	})
	t.Run("Cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := newServer(t, Config{Address: address, From: "central@example.com", TLS: Plain}).Send(ctx, message); err == nil {
			t.Error("it was sent")
		}
	})
	t.Run("To", func(t *testing.T) {
		for _, to := range []string{"", "ana", "ana@customers.example\r\nBcc: all@example.com"} {
			if err := newServer(t, Config{Address: address, From: "central@example.com", TLS: Plain}).Send(t.Context(), Message{To: to, Subject: "x", Text: "x"}); err == nil {
				t.Errorf("it was sent to %q", to)
			}
		}
	})
}

func TestNew(t *testing.T) {
	for name, config := range map[string]Config{
		"NoPort": {Address: "mail.example.com", From: "a@example.com", TLS: Plain}, "OddPort": {Address: "mail.example.com:smtp", From: "a@example.com", TLS: Plain},
		"From": {Address: "mail.example.com:25", From: "central", TLS: Plain}, "TLS": {Address: "mail.example.com:25", From: "a@example.com", TLS: "sometimes"},
	} {
		if _, err := New(config); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
