// Package authority gets certificates from an authority that speaks ACME (RFC 8555). It proves nothing itself: whoever
// calls it puts the answers to challenges where the authority looks for them.
package authority

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/acme"

	"central/fleet"
)

// LetsEncrypt is the directory of the authority that is asked unless the operator names another.
const LetsEncrypt = acme.LetsEncryptURL

// Config says which authority is asked, and as whom.
type Config struct {
	Directory string // address of its ACME directory
	Email     string // where it may write to; empty for nowhere
	CAFile    string // PEM of what vouches for the directory's own certificate, besides the system's; may be empty
}

// Client speaks to one authority with one account.
type Client struct {
	acme  *acme.Client
	email string
}

// New makes a client. It errs when the file of the authority's own certificates cannot be read.
func New(config Config, account crypto.Signer) (*Client, error) {
	client := &acme.Client{Key: account, DirectoryURL: config.Directory, UserAgent: "central"}
	if config.CAFile != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("read the system's certificates: %w", err)
		}
		text, err := os.ReadFile(config.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the authority's own certificates: %w", err)
		}
		if !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("there is no certificate in %s", config.CAFile)
		}
		client.HTTPClient = &http.Client{Timeout: time.Minute, Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		}}
	}
	return &Client{client, config.Email}, nil
}

// Register makes the account known to the authority, once.
func (c *Client) Register(ctx context.Context) error {
	account := &acme.Account{}
	if c.email != "" {
		account.Contact = []string{"mailto:" + c.email}
	}
	_, err := c.acme.Register(ctx, account, acme.AcceptTOS)
	if errors.Is(err, acme.ErrAccountAlreadyExists) {
		return nil
	}
	return plain("register with the authority", err)
}

// Challenge is what the authority wants to see before it believes that Central controls a name.
type Challenge struct {
	Authorization string // address
	URI           string // address of the challenge itself
	Name          string // host name; of a wildcard, what comes after "*."
	DNS           bool   // it looks at the DNS, else at the web server
	Token         string // of the web server: name below /.well-known/acme-challenge/
	Answer        string // what it wants to find: as the file's content, or as a TXT record of _acme-challenge.NAME
}

// Order asks for a certificate of these names. The address of the order is what the other methods go on from.
func (c *Client) Order(ctx context.Context, names []string) (order string, err error) {
	o, err := c.acme.AuthorizeOrder(ctx, acme.DomainIDs(names...))
	if err != nil {
		return "", plain("order the certificate", err)
	}
	return o.URI, nil
}

// Usable says whether an order can still be gone on with.
func (c *Client) Usable(ctx context.Context, order string) bool {
	o, err := c.acme.GetOrder(ctx, order)
	return err == nil && o.Status != acme.StatusInvalid
}

// Challenges lists what is yet to be proved: nothing when the authority remembers an earlier proof.
func (c *Client) Challenges(ctx context.Context, order string) ([]Challenge, error) {
	return c.challenges(ctx, order, func(status string) bool { return status == acme.StatusPending })
}

// AllChallenges lists also what was proved or refused.
func (c *Client) AllChallenges(ctx context.Context, order string) ([]Challenge, error) {
	return c.challenges(ctx, order, func(string) bool { return true })
}

func (c *Client) challenges(ctx context.Context, order string, wanted func(status string) bool) ([]Challenge, error) {
	o, err := c.acme.GetOrder(ctx, order)
	if err != nil {
		return nil, plain("read the order", err)
	}
	list := []Challenge{}
	for _, address := range o.AuthzURLs {
		authorization, err := c.acme.GetAuthorization(ctx, address)
		if err != nil {
			return nil, plain("read what has to be proved", err)
		}
		if !wanted(authorization.Status) {
			continue
		}
		challenge, err := c.choose(authorization)
		if err != nil {
			return nil, err
		}
		list = append(list, challenge)
	}
	return list, nil
}

func (c *Client) choose(authorization *acme.Authorization) (chosen Challenge, err error) {
	kind := "http-01"
	if authorization.Wildcard {
		kind = "dns-01"
	}
	for _, challenge := range authorization.Challenges {
		if challenge.Type != kind {
			continue
		}
		chosen = Challenge{
			Authorization: authorization.URI, URI: challenge.URI, Name: authorization.Identifier.Value,
			DNS: authorization.Wildcard, Token: challenge.Token,
		}
		if chosen.DNS {
			chosen.Answer, err = c.acme.DNS01ChallengeRecord(challenge.Token)
		} else {
			chosen.Answer, err = c.acme.HTTP01ChallengeResponse(challenge.Token)
		}
		return chosen, err
	}
	return chosen, fleet.Errorf(fleet.CodeCertificateRefused, "The authority offers no challenge of the kind %s for %s.", kind, authorization.Identifier.Value)
}

// Prove tells the authority that the answer is in place, and waits until it has looked.
func (c *Client) Prove(ctx context.Context, challenge Challenge) error {
	if _, err := c.acme.Accept(ctx, &acme.Challenge{URI: challenge.URI, Token: challenge.Token}); err != nil {
		return plain("have "+challenge.Name+" looked at", err)
	}
	_, err := c.acme.WaitAuthorization(ctx, challenge.Authorization)
	return plain("prove control of "+challenge.Name, err)
}

// Finish has the certificate issued for the names and a key, and returns its chain as PEM. It may be called again for an
// order that was finished with the same key.
func (c *Client) Finish(ctx context.Context, order string, names []string, key crypto.Signer) (chain string, err error) {
	o, err := c.acme.WaitOrder(ctx, order)
	if err != nil {
		return "", plain("wait for the order", err)
	}
	var der [][]byte
	if o.Status == acme.StatusValid {
		der, err = c.acme.FetchCert(ctx, o.CertURL, true)
	} else {
		var request []byte
		if request, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: names}, key); err != nil {
			return "", fmt.Errorf("write the request: %w", err)
		}
		der, _, err = c.acme.CreateOrderCert(ctx, o.FinalizeURL, request, true)
	}
	if err != nil {
		return "", plain("have the certificate issued", err)
	}
	var text strings.Builder
	for _, one := range der {
		if err := pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: one}); err != nil {
			return "", err
		}
	}
	return text.String(), nil
}

// plain is an error of the protocol in words: CodeCertificateRefused when the authority said no, CodeUnreachable when it
// said nothing.
func plain(what string, err error) error {
	if err == nil {
		return nil
	}
	var refused *acme.AuthorizationError
	if errors.As(err, &refused) && len(refused.Errors) > 0 {
		err = refused.Errors[0]
	}
	var problem *acme.Error
	if errors.As(err, &problem) {
		return refusal{fleet.Errorf(fleet.CodeCertificateRefused, "The authority did not let Central %s: %s", what, problem.Detail), problem}
	}
	if errors.As(err, &refused) {
		return fleet.Errorf(fleet.CodeCertificateRefused, "The authority did not let Central %s.", what)
	}
	var order *acme.OrderError
	if errors.As(err, &order) {
		return fleet.Errorf(fleet.CodeCertificateRefused, "The authority did not let Central %s: the order is %s.", what, order.Status)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fleet.Errorf(fleet.CodeUnreachable, "Central could not %s: %s", what, err)
}

// refusal is a plain error that remembers what the authority said.
type refusal struct {
	plain   *fleet.Error
	problem *acme.Error
}

func (r refusal) Error() string { return r.plain.Error() }
func (r refusal) Unwrap() error { return r.plain }

// RetryAfter is how long the authority wants to be left alone, zero when it did not say.
func RetryAfter(err error) time.Duration {
	var r refusal
	if errors.As(err, &r) {
		wait, _ := acme.RateLimit(r.problem)
		return wait
	}
	return 0
}

// GenerateKey makes a new private key, of an account or a certificate.
func GenerateKey() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// EncodeKey writes a private key as PEM.
func EncodeKey(key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// DecodeKey reads what EncodeKey wrote.
func DecodeKey(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("read a key: it is no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read a key: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("read a key: it cannot sign")
	}
	return signer, nil
}
