package fleet

import (
	"errors"
	"fmt"
)

// Code tells a program what kind of error it has in hand; people read Message.
type Code string

// The codes clients switch on. They are part of the GraphQL contract (extensions.code).
const (
	CodeInvalid            Code = "INVALID"             // input that can never work; Field says which
	CodeNotFound           Code = "NOT_FOUND"           // no such object, or none that this actor may see
	CodeConflict           Code = "CONFLICT"            // the name, address or key is taken
	CodeNoSites            Code = "NO_SITES"            // an empty selection never means all
	CodeSiteBusy           Code = "SITE_BUSY"           // the site is part of another running action
	CodeSiteArchived       Code = "SITE_ARCHIVED"       // archived sites are not deployed to
	CodeUnknownCommit      Code = "UNKNOWN_COMMIT"      // the app has no such release
	CodeQuotaReached       Code = "QUOTA_REACHED"       // the plan allows no more of it
	CodeNotReady           Code = "NOT_READY"           // the object is not in a state that allows this
	CodeKeyReused          Code = "KEY_REUSED"          // one idempotency key, two different inputs
	CodeLinkExpired        Code = "LINK_EXPIRED"        // the link worked until some time ago
	CodeLinkUsed           Code = "LINK_USED"           // the link works once
	CodeUnauthenticated    Code = "UNAUTHENTICATED"     // no or bad credentials
	CodeForbidden          Code = "FORBIDDEN"           // this actor may not do that
	CodePasswordChange     Code = "PASSWORD_CHANGE"     // the one-time password must be replaced first
	CodeRateLimited        Code = "RATE_LIMITED"        // too many tries; wait
	CodeUnreachable        Code = "UNREACHABLE"         // no SSH connection to the server
	CodeStorageUnreachable Code = "STORAGE_UNREACHABLE" // the S3 storage of backups does not answer, or take one
	CodeHostKeyChanged     Code = "HOST_KEY_CHANGED"    // the server shows another key than the pinned one
	CodeLoginRefused       Code = "LOGIN_REFUSED"       // the server takes neither Central's key nor the password given
	CodeNoSudo             Code = "NO_SUDO"             // the login user cannot become root without a password
	CodeUnsupported        Code = "UNSUPPORTED"         // the machine is of a kind that Central cannot set up
	CodeTooSmall           Code = "TOO_SMALL"           // the machine has too little disk or memory for its role
	CodeClockOff           Code = "CLOCK_OFF"           // the machine's clock is not Central's
	CodeDiskFull           Code = "DISK_FULL"           // too little room on the server for what was asked
	CodeCommandFailed      Code = "COMMAND_FAILED"      // a command on a server ended with an error
	CodePlayFailed         Code = "PLAY_FAILED"         // an Ansible task failed on a server
	CodeMigrationFailed    Code = "MIGRATION_FAILED"    // a patch, schema or hook failed; the site was taken back
	CodeUndoFailed         Code = "UNDO_FAILED"         // the site could not be taken back; a person is needed
	CodeCertificateRefused Code = "CERTIFICATE_REFUSED" // the authority did not issue a certificate
	CodeCancelled          Code = "CANCELLED"           // somebody cancelled it
	CodeFailedOver         Code = "FAILED_OVER"         // its master was taken out by a failover
	CodeLeaseLost          Code = "LEASE_LOST"          // another runner took this action over
	CodeInternal           Code = "INTERNAL"            // a fault of Central itself
)

// Error is an error that a person can act on. Every other error is shown to clients as INTERNAL.
type Error struct {
	Code    Code
	Message string // one sentence: what is wrong and, where possible, what to do
	Field   string // path of the input field, such as "input.siteIds"; empty when no field is at fault
}

// Error implements error.
func (e *Error) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("%s (%s): %s", e.Code, e.Field, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Errorf makes an Error without a field.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// FieldErrorf makes an Error about one input field.
func FieldErrorf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// ErrorCode is the code of err: "" for nil, CodeInternal for anything that is not an *Error.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
