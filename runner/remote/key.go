package remote

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// GenerateKey makes a new private key for Central.
func GenerateKey() (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate a key: %w", err)
	}
	return key, nil
}

// LoadIdentity reads the age identity with which Central's private key is encrypted, and makes the file, with mode
// 0600, where there is none. It refuses a file that others than its owner can read.
func LoadIdentity(path string) (*age.X25519Identity, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newIdentity(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the identity: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the identity: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): run chmod 600 on it, and replace it if it may have been seen", path, info.Mode().Perm())
	}
	identity, err := age.ParseX25519Identity(string(bytes.TrimSpace(text)))
	if err != nil {
		return nil, fmt.Errorf("%s is no age identity: %w", path, err)
	}
	return identity, nil
}

// newIdentity writes to a file of its own and links it into place, so that of two processes that start
// together one wins and both use the same identity.
func newIdentity(path string) (*age.X25519Identity, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("generate an identity: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".identity-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write the identity: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = fmt.Fprintln(f, identity.String())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write the identity: %w", err)
	}
	switch err := os.Link(f.Name(), path); {
	case errors.Is(err, fs.ErrExist):
		return LoadIdentity(path)
	case err != nil:
		return nil, fmt.Errorf("write the identity: %w", err)
	}
	return identity, nil
}

// SealKey encrypts a private key, for storing it.
func (v *Vault) SealKey(key ed25519.PrivateKey) ([]byte, error) {
	sealed, err := v.Seal(key.Seed())
	if err != nil {
		return nil, fmt.Errorf("the key: %w", err)
	}
	return sealed, nil
}

// OpenKey decrypts what SealKey made. It errs when the vault is another one or the bytes were changed.
func (v *Vault) OpenKey(sealed []byte) (ed25519.PrivateKey, error) {
	seed, err := open(sealed, v.identity, ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("the key: %w", err)
	}
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("open the key: it holds %d bytes, not %d", len(seed), ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
