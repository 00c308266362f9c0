package ansible

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"central/fleet"
)

// unsafeMark is how Ansible's JSON loader is told that a string is data: it is never templated,
// whatever is in it. It is the JSON form of the YAML tag !unsafe.
const unsafeMark = "__ansible_unsafe"

// unsafeVars encodes vars as the JSON text of an extra-vars file, with every string marked unsafe.
// Values may be anything encoding/json can encode. Top-level names must be plain variables; names
// further down must not be ones that Ansible's loader gives a meaning.
func unsafeVars(vars map[string]any) ([]byte, error) {
	marked, err := markVars(vars)
	if err != nil {
		return nil, err
	}
	return json.Marshal(marked)
}

func markVars(vars map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(vars))
	for name, value := range vars {
		if err := checkVariable(name); err != nil {
			return nil, err
		}
		plain, err := generic(value)
		if err != nil {
			return nil, fmt.Errorf("encoding variable %s: %w", name, err)
		}
		if out[name], err = mark(name, plain); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// generic turns value into maps, slices, strings, numbers and booleans.
func generic(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var out any
	if err := decoder.Decode(&out); err != nil {
		return nil, err
	}
	return out, nil
}

func mark(path string, value any) (any, error) {
	switch v := value.(type) {
	case string:
		// encoding/json has put the replacement character where the text was not UTF-8.
		if strings.ContainsRune(v, 0) || strings.ContainsRune(v, utf8.RuneError) {
			return nil, fleet.Errorf(fleet.CodeInvalid, "The value of %s is not text.", path)
		}
		return map[string]any{unsafeMark: v}, nil
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			marked, err := mark(fmt.Sprintf("%s[%d]", path, i), one)
			if err != nil {
				return nil, err
			}
			out[i] = marked
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, one := range v {
			if err := checkField(name); err != nil {
				return nil, err
			}
			marked, err := mark(path+"."+name, one)
			if err != nil {
				return nil, err
			}
			out[name] = marked
		}
		return out, nil
	default:
		return v, nil
	}
}
