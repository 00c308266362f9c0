package fleet

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SignUpLinks signs what sign-ups are confirmed and followed with. Every process of one Central has the same key.
type SignUpLinks struct {
	Key  []byte
	Page string // where a link leads to; the token is put at its end
}

// Link is what confirms the e-mail address of a sign-up, once, until it expires.
func (l SignUpLinks) Link(s SignUp) string { return l.Page + l.Token(s) }

// Token is the part of the link that proves that whoever has it reads the mail of that address: "ID.EXPIRES.SIGNATURE".
func (l SignUpLinks) Token(s SignUp) string {
	head := fmt.Sprintf("%d.%d", s.ID, s.ExpiresAt.Unix())
	return head + "." + l.sign("confirm", head)
}

// Read says which sign-up a token is of. It errs with CodeInvalid for one that this Central has not signed, and with
// CodeLinkExpired for one that is too old.
func (l SignUpLinks) Read(token string, now time.Time) (id uint, err error) {
	wrong := FieldErrorf(CodeInvalid, "input.token", "This link is not one of ours, or was cut: open it as it is in the message.")
	cut := strings.LastIndexByte(token, '.')
	if cut < 0 || !hmac.Equal([]byte(token[cut+1:]), []byte(l.sign("confirm", token[:cut]))) {
		return 0, wrong
	}
	number, expires, _ := strings.Cut(token[:cut], ".")
	n, err := strconv.ParseUint(number, 10, 63)
	seconds, err2 := strconv.ParseInt(expires, 10, 64)
	if err != nil || err2 != nil {
		return 0, wrong
	}
	if now.After(time.Unix(seconds, 0)) {
		return 0, FieldErrorf(CodeLinkExpired, "input.token", "This link worked until %s. Sign up again.", time.Unix(seconds, 0).UTC().Format("2 January 15:04 MST"))
	}
	return uint(n), nil
}

// Secret is what the website follows a sign-up with.
func (l SignUpLinks) Secret(id uint) string {
	return l.sign("follow", strconv.FormatUint(uint64(id), 10))
}

// Knows says whether secret is that of a sign-up.
func (l SignUpLinks) Knows(id uint, secret string) bool {
	return hmac.Equal([]byte(secret), []byte(l.Secret(id)))
}

func (l SignUpLinks) sign(purpose, text string) string {
	if len(l.Key) < sha256.Size {
		panic("fleet: sign-ups are signed with a key of at least 32 bytes")
	}
	mac := hmac.New(sha256.New, l.Key)
	mac.Write([]byte(purpose + "\n" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
