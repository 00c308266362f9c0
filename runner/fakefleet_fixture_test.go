package runner

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// fakeFleet is many SSH servers on the loopback network, one address each. They are fake: whatever they are told to run, they
// answer the same, at once. It is for numbers of servers that no machine holds, and for nothing else.
type fakeFleet struct {
	addresses []string
	hostKey   string // of all of them, as in authorized_keys
}

// newFakeFleet starts n servers on port 22022 of 127.77.0.1 and the addresses after it, which answer every command.
func newFakeFleet(t testing.TB, n int, answer string) fakeFleet {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	config := &ssh.ServerConfig{PublicKeyCallback: func(ssh.ConnMetadata, ssh.PublicKey) (*ssh.Permissions, error) { return nil, nil }}
	config.AddHostKey(signer)
	fleet := fakeFleet{hostKey: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))}
	for i := range n {
		address := fmt.Sprintf("127.77.%d.%d", i/250, i%250+1)
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address+":22022")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		fleet.addresses = append(fleet.addresses, address)
		go serveFake(listener, config, answer)
	}
	return fleet
}

func serveFake(listener net.Listener, config *ssh.ServerConfig, answer string) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			_, channels, requests, err := ssh.NewServerConn(connection, config)
			if err != nil {
				return
			}
			go func() {
				for request := range requests { // signs of life among them
					_ = request.Reply(true, nil)
				}
			}()
			for offered := range channels {
				go answerFake(offered, answer)
			}
		}()
	}
}

func answerFake(offered ssh.NewChannel, answer string) {
	channel, requests, err := offered.Accept()
	if err != nil {
		return
	}
	for request := range requests {
		_ = request.Reply(request.Type == "exec", nil)
		if request.Type == "exec" {
			_, _ = channel.Write([]byte(answer))
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{0}))
			_ = channel.Close()
		}
	}
}
