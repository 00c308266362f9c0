package graph

import (
	"fmt"

	"central/fleet"
)

// sealCredential encrypts what an app's repository is to be entered with: the token that came with the request, or a
// new deploy key. What is refused later anyway is left as it is.
func (r *Resolver) sealCredential(c *fleet.AppCredential) (err error) {
	switch c.Access {
	case fleet.AppDeployKey:
		c.PublicKey, c.Sealed, err = r.NewKey()
	case fleet.AppToken:
		user := c.User
		if user == "" {
			user = fleet.DefaultTokenUser
		}
		c.Sealed, err = r.Seal(fmt.Appendf(nil, "username=%s\npassword=%s\n", user, c.Token))
	case fleet.AppOpen:
	}
	return err
}
