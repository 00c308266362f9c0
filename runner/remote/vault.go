package remote

import (
	"bytes"
	"fmt"
	"io"

	"filippo.io/age"
)

// Vault seals secrets for the database, and opens them again.
type Vault struct {
	identity *age.X25519Identity
}

// NewVault makes a vault that only the owner of this identity can open.
func NewVault(identity *age.X25519Identity) *Vault { return &Vault{identity} }

// maxSecret is how many bytes a secret has at most.
const maxSecret = 1 << 20

// Seal encrypts a secret.
func (v *Vault) Seal(secret []byte) ([]byte, error) { return seal(secret, v.identity.Recipient()) }

// Open decrypts what Seal made. It errs when it was sealed with another identity, is not sealed at all, or was changed.
func (v *Vault) Open(sealed []byte) ([]byte, error) { return open(sealed, v.identity, maxSecret) }

func seal(secret []byte, recipient age.Recipient) ([]byte, error) {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if _, err := w.Write(secret); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed.Bytes(), nil
}

func open(sealed []byte, identity age.Identity, most int64) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	secret, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if int64(len(secret)) > most {
		return nil, fmt.Errorf("open: there are more than %d bytes", most)
	}
	return secret, nil
}

// Recipient is to whom whatever the vault's owner may open is encrypted.
func (v *Vault) Recipient() string { return v.identity.Recipient().String() }

// NewKeyPair makes a key that opens, and the recipient that encrypts to it and opens nothing.
func NewKeyPair() (identity, recipient string, err error) {
	pair, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("make a key: %w", err)
	}
	return pair.String(), pair.Recipient().String(), nil
}

// RecipientOf is the recipient that encrypts to an identity.
func RecipientOf(identity string) (string, error) {
	pair, err := age.ParseX25519Identity(identity)
	if err != nil {
		return "", fmt.Errorf("read a key: %w", err)
	}
	return pair.Recipient().String(), nil
}
