package store

import (
	"context"
	"crypto/rand"
	"sync"

	"github.com/alexedwards/argon2id"
)

// minPassword is the shortest password that may be chosen, in characters.
const minPassword = 12

// hashing has room for as many passwords as this process works on at the same moment: each takes 64 MB.
var hashing = make(chan struct{}, 4)

// hashPassword makes what is stored of a password.
func hashPassword(ctx context.Context, password string) (hash string, err error) {
	err = whileHashing(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(password, argon2id.DefaultParams)
		return err
	})
	return hash, err
}

// checkPassword says whether a password is the one that was hashed.
func checkPassword(ctx context.Context, password, hash string) (match bool, err error) {
	err = whileHashing(ctx, func() (err error) {
		match, err = argon2id.ComparePasswordAndHash(password, hash)
		return err
	})
	return match, err
}

func whileHashing(ctx context.Context, do func() error) error {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-hashing }()
	return do()
}

// oneTimePassword is a random password and what is stored of it.
func oneTimePassword(ctx context.Context) (password, hash string, err error) {
	password = rand.Text()
	hash, err = hashPassword(ctx, password)
	return password, hash, err
}

// decoyHash is of a password that nobody knows: compared with when there is no such name, so that an
// unknown name takes as long as a known one.
var decoyHash = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash(rand.Text(), argon2id.DefaultParams)
})
