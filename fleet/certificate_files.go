package fleet

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"slices"
	"strings"
	"time"
)

// CertificateFacts are what a certificate says of itself.
type CertificateFacts struct {
	Names               []string // host names and wildcards, sorted
	Issuer              string
	Digest              string // SHA256 of the certificate in hexadecimal
	NotBefore, NotAfter time.Time
	Chain               string // PEM of all of the chain and nothing else
	Key                 string // PEM of the key and nothing else
}

// maxPEM is how many bytes of PEM are read; a long chain has 10 KB.
const maxPEM = 256 << 10

// ReadCertificate reads a chain and its private key, both PEM, as of now. It errs with CodeInvalid and the field
// "input.chain" or "input.key": something that is no PEM, a chain that is out of order, a certificate that has expired,
// is not yet valid or names no host, a key of another certificate.
func ReadCertificate(chain, key string, now time.Time) (CertificateFacts, error) {
	var facts CertificateFacts
	certificates, err := readChain(chain)
	if err != nil {
		return facts, err
	}
	keyPEM, err := readKey(key)
	if err != nil {
		return facts, err
	}
	leaf := certificates[0]
	var text bytes.Buffer
	for _, c := range certificates {
		_ = pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a buffer takes everything
	}
	if _, err := tls.X509KeyPair(text.Bytes(), keyPEM); err != nil {
		if strings.Contains(err.Error(), "does not match") {
			return facts, FieldErrorf(CodeInvalid, "input.key", "This is the key of another certificate: it does not match that of %s.", leafName(leaf))
		}
		return facts, FieldErrorf(CodeInvalid, "input.key", "The key cannot be used: %s.", strings.TrimPrefix(err.Error(), "tls: "))
	}
	switch {
	case now.After(leaf.NotAfter):
		return facts, FieldErrorf(CodeInvalid, "input.chain", "The certificate has expired, on %s.", leaf.NotAfter.UTC().Format("2 January 2006"))
	case now.Before(leaf.NotBefore):
		return facts, FieldErrorf(CodeInvalid, "input.chain", "The certificate is not valid before %s.", leaf.NotBefore.UTC().Format("2 January 2006 15:04 MST"))
	}
	names := []string{}
	for _, name := range leaf.DNSNames {
		if name = strings.ToLower(name); ValidCertificateName(name) == nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return facts, FieldErrorf(CodeInvalid, "input.chain", "The certificate names no host: it has no DNS name among its alternative names.")
	}
	digest := sha256.Sum256(leaf.Raw)
	return CertificateFacts{
		Names: slices.Sorted(slices.Values(names)), Issuer: issuerName(leaf), Digest: hex.EncodeToString(digest[:]),
		NotBefore: leaf.NotBefore.UTC(), NotAfter: leaf.NotAfter.UTC(), Chain: text.String(), Key: string(keyPEM),
	}, nil
}

func readChain(text string) ([]*x509.Certificate, error) {
	if len(text) > maxPEM {
		return nil, FieldErrorf(CodeInvalid, "input.chain", "This is longer than any chain of certificates.")
	}
	var chain []*x509.Certificate
	for rest := []byte(text); ; {
		var block *pem.Block
		before := rest
		if block, rest = pem.Decode(rest); block == nil {
			if len(bytes.TrimSpace(before)) > 0 {
				return nil, FieldErrorf(CodeInvalid, "input.chain", "The chain is PEM: blocks from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE----- and nothing else.")
			}
			break
		}
		if block.Type != "CERTIFICATE" {
			if strings.Contains(block.Type, "PRIVATE KEY") {
				return nil, FieldErrorf(CodeInvalid, "input.chain", "There is a private key in the chain; it belongs into its own field.")
			}
			return nil, FieldErrorf(CodeInvalid, "input.chain", "There is a %s in the chain, where only certificates belong.", strings.ToLower(block.Type))
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, FieldErrorf(CodeInvalid, "input.chain", "Certificate %d of the chain cannot be read.", len(chain)+1)
		}
		if len(chain) > 0 && chain[len(chain)-1].CheckSignatureFrom(c) != nil {
			return nil, FieldErrorf(CodeInvalid, "input.chain", "The chain is out of order: %s is not issued by %s. The certificate comes first, then the one that issued it, and so on.",
				leafName(chain[len(chain)-1]), leafName(c))
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, FieldErrorf(CodeInvalid, "input.chain", "Give the certificate and its chain, as PEM.")
	}
	if chain[0].IsCA {
		return nil, FieldErrorf(CodeInvalid, "input.chain", "The first certificate, %s, is one of an authority. The site's own comes first.", leafName(chain[0]))
	}
	return chain, nil
}

func readKey(text string) ([]byte, error) {
	if len(text) > maxPEM {
		return nil, FieldErrorf(CodeInvalid, "input.key", "This is longer than any key.")
	}
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, FieldErrorf(CodeInvalid, "input.key", "Give the private key as PEM: a block from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.")
		}
		switch {
		case block.Type == "EC PARAMETERS":
		case strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "":
			return nil, FieldErrorf(CodeInvalid, "input.key", "The key is protected by a password: take that off first, with openssl pkey.")
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return pem.EncodeToMemory(block), nil
		default:
			return nil, FieldErrorf(CodeInvalid, "input.key", "This is a %s, not a private key.", strings.ToLower(block.Type))
		}
	}
}

func leafName(c *x509.Certificate) string {
	if len(c.DNSNames) > 0 {
		return quoted(c.DNSNames[0])
	}
	return quoted(c.Subject.CommonName)
}

func issuerName(c *x509.Certificate) string {
	words := append(slices.Clone(c.Issuer.Organization), c.Issuer.CommonName)
	name := strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
	if runes := []rune(name); len(runes) > 300 {
		name = string(runes[:300])
	}
	return name
}
