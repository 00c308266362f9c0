package fleet

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// SignUpState is where a sign-up stands.
type SignUpState string

// The states of a sign-up.
const (
	SignUpUnverified SignUpState = "UNVERIFIED" // waits until its e-mail address is confirmed
	SignUpQueued     SignUpState = "QUEUED"     // confirmed; its site waits its turn
	SignUpPreparing  SignUpState = "PREPARING"  // its site is being made
	SignUpReady      SignUpState = "READY"      // its site is handed out
	SignUpExpired    SignUpState = "EXPIRED"    // nobody confirmed it in time
	SignUpFailed     SignUpState = "FAILED"     // its site could not be made; a person is needed
)

// Ended says whether nothing more happens to a sign-up in this state by itself.
func (s SignUpState) Ended() bool {
	return s == SignUpReady || s == SignUpExpired || s == SignUpFailed
}

// SignUpMail is what became of the message with the link.
type SignUpMail string

// The states of the message.
const (
	SignUpMailWaiting SignUpMail = "WAITING" // to be sent, or to be copied by staff where no mail server is set
	SignUpMailSent    SignUpMail = "SENT"
	SignUpMailFailed  SignUpMail = "FAILED" // given up; see MailError
)

// SignUp is somebody who asked for a site on the team's website.
type SignUp struct {
	ID             uint
	TokenID        uint   // of the website; 0 for staff
	IdempotencyKey string // of the website, one for each form that is sent
	InputDigest    string
	PlanID         uint
	Region         string
	SiteName       string
	Name           string // of the person
	Company        string
	Email          string // normalised: see NormalEmail
	EmailIdentity  string // see EmailIdentity
	ClientAddress  string // of the visitor, as the website says
	ClientNetwork  string // see ClientNetwork
	State          SignUpState
	StateReason    string // a sentence, empty when all is well
	StateSince     time.Time
	Earlier        int  // how many sign-ups of the same person were there before, the customer's site counted as one
	Disposable     bool // its address is of those that are thrown away
	HeldName       *string
	ExpiresAt      time.Time // of the link
	Mail           SignUpMail
	MailTries      int
	MailDueAt      time.Time
	MailError      string
	SealedPassword []byte // of the site's Administrator, encrypted, until the site is handed out
	Tries          int    // how often its site could not be made
	CustomerID     *uint
	SubscriptionID *uint
	SiteID         *uint
	ActionID       *uint // makes its site
	VerifiedAt     *time.Time
	ReadyAt        *time.Time
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Repeated says whether the same person signed up before.
func (s SignUp) Repeated() bool { return s.Earlier > 0 }

// SignUpInput is the input of SignUp: what the website's form asks for.
type SignUpInput struct {
	IdempotencyKey string
	PlanID         uint
	Region         string // anywhere when empty
	SiteName       string
	Name           string
	Company        string
	Email          string
	ClientAddress  string
}

// Limits of sign-ups in an hour.
const (
	SignUpsPerNetwork  = 10   // from one address of the Internet, or one /64 of IPv6
	SignUpsPerIdentity = 5    // with one e-mail address
	SignUpsPerToken    = 3000 // from one website
)

// SignUpWindow is the time that the limits of sign-ups are about.
const SignUpWindow = time.Hour

// SignUpLinkFor is how long a link works, and the site's name is held.
const SignUpLinkFor = 24 * time.Hour

// Validate brings the input into its form. It errs with CodeInvalid and the field, and with CodeNotReady when this Central
// takes no sign-ups.
func (in *SignUpInput) Validate(names NameRules) (err error) {
	if len(names.Domains) == 0 {
		return Errorf(CodeNotReady, "This Central takes no sign-ups: it was not told below which domain their sites are (--site-domains).")
	}
	if n := len(in.IdempotencyKey); n == 0 || n > maxKey || !utf8.ValidString(in.IdempotencyKey) || strings.TrimSpace(in.IdempotencyKey) != in.IdempotencyKey {
		return FieldErrorf(CodeInvalid, "input.idempotencyKey", "Send a key of 1 to %d bytes, a new one for each form.", maxKey)
	}
	if in.Name, err = oneLine(in.Name, "input.name", 1); err != nil {
		return err
	}
	if in.Company, err = oneLine(in.Company, "input.company", 0); err != nil {
		return err
	}
	if in.Email, err = NormalEmail(in.Email); err != nil {
		return AtField(err, "input.email")
	}
	if err := ValidRegion(in.Region); err != nil {
		return AtField(err, "input.region")
	}
	if in.SiteName, err = names.SignUpName(in.SiteName); err != nil {
		return AtField(err, "input.siteName")
	}
	address, err := netip.ParseAddr(in.ClientAddress)
	if err != nil || address.Zone() != "" {
		return FieldErrorf(CodeInvalid, "input.clientAddress", "%s is no IP address: send that of your visitor.", quoted(in.ClientAddress))
	}
	in.ClientAddress = address.Unmap().String()
	return nil
}

// Digest identifies what was asked for, so that one key is not used for two forms. A visitor may come back from another
// address with the same form.
func (in SignUpInput) Digest() string {
	return digest(fmt.Sprintf("%d %q %q %q %q %q", in.PlanID, in.Region, in.SiteName, in.Name, in.Company, in.Email))
}

// ClientNetwork is what sign-ups are counted by: an address of IPv4, or the /64 of one of IPv6, which one visitor has whole.
func ClientNetwork(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() {
		return address
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// lookAlikes makes names equal that are easily taken for each other.
var lookAlikes = strings.NewReplacer("0", "o", "1", "l", "i", "l", "5", "s", "3", "e", "4", "a", "rn", "m", "vv", "w", "-", "")

// SignUpName is the host name of a sign-up's site in its form: one label of three characters or more below one of the
// domains. It errs as Check does, and with CodeInvalid for a label that looks like one that no site has.
func (r NameRules) SignUpName(name string) (string, error) {
	name = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
	if err := r.Check(name); err != nil {
		return name, err
	}
	label, domain, _ := strings.Cut(name, ".")
	if !slices.Contains(r.Domains, domain) {
		return name, Errorf(CodeInvalid, "%s is not one name directly below %s.", quoted(name), strings.Join(r.Domains, " or "))
	}
	if len(label) < 3 {
		return name, Errorf(CodeInvalid, "%s is too short: use at least three characters.", quoted(label))
	}
	for _, reserved := range slices.Concat(reservedLabels, r.Reserved) {
		if lookAlikes.Replace(label) == lookAlikes.Replace(reserved) {
			return name, Errorf(CodeInvalid, "%s looks like %s, which is reserved: choose another name.", quoted(label), reserved)
		}
	}
	return name, nil
}

// EmailIdentity is what two e-mail addresses of one mailbox have in common: without what follows a plus, and for Gmail
// without dots. It only serves to recognise who comes back, and receives no mail.
func EmailIdentity(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	if tagged, _, found := strings.Cut(local, "+"); found && tagged != "" {
		local = tagged
	}
	if domain == "gmail.com" || domain == "googlemail.com" {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	return local + "@" + domain
}

// Sentence says to the visitor where a sign-up stands.
func (s SignUp) Sentence() string {
	switch s.State {
	case SignUpUnverified:
		return "Waiting until the e-mail address is confirmed: a link was sent to it."
	case SignUpQueued:
		if s.SiteID == nil { // StateReason names servers, which is for staff
			return "No site is free at the moment. Yours is made as soon as there is room."
		}
		return "No site stands ready. One is made, which takes some minutes."
	case SignUpPreparing:
		return "The site is being prepared."
	case SignUpReady:
		return "The site is ready."
	case SignUpExpired:
		return "Nobody confirmed the e-mail address in time. Sign up again."
	}
	return "The site could not be made. The team knows, and will be in touch."
}

// SignUpProgress is what a visitor sees of a sign-up.
type SignUpProgress struct {
	State    SignUpState
	Sentence string
	SiteName string
	Percent  int // of making the site, while it is PREPARING
}

// SignUpFilter narrows a list of sign-ups; the zero value matches all.
type SignUpFilter struct {
	Search     string // part of the name, the e-mail address, the company or the site's name
	States     []SignUpState
	Repeated   bool // only of those who signed up before
	Disposable bool // only with addresses that are thrown away
}

// SignUpConnection is a page of sign-ups.
type SignUpConnection struct {
	Nodes      []SignUp
	TotalCount int
	PageInfo   PageInfo
}
