package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/mysqlstore"
	"github.com/alexedwards/scs/v2"

	"central/fleet"
	"central/store"
)

const (
	sessionCookie   = "central_session"
	sessionIdle     = 30 * 24 * time.Hour  // a session that is not used for so long ends
	sessionLifetime = 365 * 24 * time.Hour // and each ends after this
	sessionRenewal  = time.Hour            // how often use is written down
)

// Keys of a session's values.
const (
	userKey = "user" // int, the person's id
	usedKey = "used" // int64, when its use was last written down, Unix seconds
)

// sessions keep people signed in with a cookie. The database knows only the SHA-256 of a cookie's token.
type sessions struct {
	scs   *scs.SessionManager
	kept  *mysqlstore.MySQLStore
	store *store.Store
}

func newSessions(s *store.Store, secure bool) *sessions {
	manager := scs.New()
	kept := mysqlstore.New(s.DB())
	manager.Store = kept
	manager.HashTokenInStore = true
	manager.IdleTimeout = sessionIdle
	manager.Lifetime = sessionLifetime
	manager.Cookie.Name = sessionCookie
	manager.Cookie.Secure = secure
	return &sessions{scs: manager, kept: kept, store: s}
}

// answer is the HTTP answer that may set a cookie, and the token that came with its request.
type answer struct {
	w     http.ResponseWriter
	token string
}

type answerKey struct{}

func withAnswer(ctx context.Context, a *answer) context.Context {
	return context.WithValue(ctx, answerKey{}, a)
}

func answerOf(ctx context.Context) (*answer, error) {
	a, ok := ctx.Value(answerKey{}).(*answer)
	if !ok {
		return nil, errors.New("a stream cannot set a cookie")
	}
	return a, nil
}

// actor is who the session with this token belongs to now. It errs with CodeUnauthenticated when the
// session has ended, or never was. The first use in an hour is written down, when a is there to renew the
// cookie too.
func (s *sessions) actor(ctx context.Context, token, remoteAddress string, a *answer) (fleet.Actor, error) {
	session, err := s.scs.Load(ctx, token)
	if err != nil {
		return fleet.Actor{}, err
	}
	userID := s.scs.GetInt(session, userKey)
	if userID == 0 {
		return fleet.Actor{}, fleet.Actor{}.Require(fleet.RoleViewer)
	}
	if used := time.Unix(s.scs.GetInt64(session, usedKey), 0); a != nil && time.Since(used) > sessionRenewal {
		if err := s.write(session, a); err != nil {
			return fleet.Actor{}, err
		}
	}
	return s.store.ActorOfUser(ctx, uint(userID), remoteAddress)
}

// Begin implements graph.Sessions. The session that the request came with ends, and the new one has a
// token that nobody but this answer knows.
func (s *sessions) Begin(ctx context.Context, actor fleet.Actor) error {
	a, err := answerOf(ctx)
	if err != nil {
		return err
	}
	if err := s.End(ctx); err != nil {
		return err
	}
	session, err := s.scs.Load(ctx, "")
	if err != nil {
		return err
	}
	s.scs.Put(session, userKey, int(actor.UserID))
	return s.write(session, a)
}

// write stores a session with the present time, and sends its cookie.
func (s *sessions) write(session context.Context, a *answer) error {
	s.scs.Put(session, usedKey, time.Now().Unix())
	token, expiry, err := s.scs.Commit(session)
	if err != nil {
		return err
	}
	a.token = token
	a.w.Header().Del("Set-Cookie")
	s.scs.WriteSessionCookie(session, a.w, token, expiry)
	return nil
}

// End implements graph.Sessions.
func (s *sessions) End(ctx context.Context) error {
	a, err := answerOf(ctx)
	if err != nil {
		return err
	}
	if a.token == "" {
		return nil
	}
	session, err := s.scs.Load(ctx, a.token)
	if err != nil {
		return err
	}
	if err := s.scs.Destroy(session); err != nil {
		return err
	}
	a.token = ""
	a.w.Header().Del("Set-Cookie")
	s.scs.WriteSessionCookie(session, a.w, "", time.Time{})
	return nil
}

// EndAll implements graph.Sessions.
func (s *sessions) EndAll(_ context.Context, userID uint) error {
	all, err := s.kept.All()
	if err != nil {
		return err
	}
	for hash, data := range all {
		_, values, err := s.scs.Codec.Decode(data)
		if err != nil {
			return err
		}
		if id, ok := values[userKey].(int); !ok || id != int(userID) {
			continue
		}
		if err := s.kept.Delete(hash); err != nil {
			return err
		}
	}
	return nil
}
