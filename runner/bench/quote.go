package bench

import "strings"

// Quote makes one word of a POSIX shell line that stands for exactly s. Words of harmless characters stay
// as they are; all others are put in single quotes. A NUL byte cannot be quoted; Command.Exec refuses it.
func Quote(s string) string {
	if s != "" && strings.Trim(s, harmless) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// harmless are the characters that no shell gives a meaning to, anywhere in a word. The equals sign is
// among them because Command.Exec refuses it in the first word, where alone it would mean something.
const harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_"

// QuoteAll quotes words and joins them to a line.
func QuoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Quote(w)
	}
	return strings.Join(quoted, " ")
}
