package fleet

import "strings"

// disposableDomains hand out mailboxes to anybody for minutes. The list is not complete and need not be: what it finds is
// shown to staff, and refuses nobody.
var disposableDomains = func() map[string]bool {
	known := map[string]bool{}
	for _, domain := range strings.Fields(`
		0-mail.com 10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net anonymbox.com burnermail.io byom.de
		discard.email dispostable.com dropmail.me emailondeck.com fakeinbox.com fakemail.net getairmail.com getnada.com grr.la
		guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com
		harakirimail.com inboxbear.com inboxkitten.com incognitomail.org jetable.org mail-temp.com mail.tm mailcatch.com maildrop.cc
		mailexpire.com mailforspam.com mailinator.com mailinator.net mailnesia.com mailnull.com mailpoof.com mailsac.com mailtothis.com
		minutemail.com moakt.com mohmal.com mytemp.email mytrashmail.com nada.email nospam.today pokemail.net sharklasers.com spam4.me
		spambog.com spambox.us spamex.com spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com tempmail.com tempmail.dev
		tempmailo.com tempmail.net tempr.email throwawaymail.com tmail.io tmpmail.net tmpmail.org trash-mail.com trashmail.com trashmail.de
		trashmail.me trashmail.net trbvm.com wegwerfmail.de wegwerfmail.net wegwerfmail.org yopmail.com yopmail.fr yopmail.net`) {
		known[domain] = true
	}
	return known
}()

// DisposableEmail says whether an address is at a domain that hands out mailboxes for minutes, or below one.
func DisposableEmail(email string) bool {
	_, domain, _ := strings.Cut(email, "@")
	for domain != "" {
		if disposableDomains[domain] {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}
