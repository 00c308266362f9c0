package fleet

import "time"

// Figures are what the team asks of its subscriptions. Days and months are those of UTC.
type Figures struct {
	At              time.Time
	TrialsRunning   int
	PayingCustomers int
	Revenue         []Money // monthly, of those who pay, one for each currency
	SignUps         []DayCount
	Cohorts         []Cohort
	Churn           []ChurnMonth
}

// DayCount is how many there were on a day.
type DayCount struct {
	Day   string // 2006-01-02
	Count int
}

// Cohort is the subscriptions that began in one month.
type Cohort struct {
	Month     string // 2006-01
	Started   int
	Converted int // have been paid for, sooner or later
	Paying    int // of those, how many are paid for and used now
}

// ConversionRatio is which part of a cohort has paid, 0 to 1; 0 for an empty one.
func (c Cohort) ConversionRatio() float64 { return ratio(int64(c.Converted), int64(c.Started)) }

// ChurnMonth is who was lost of those who paid.
type ChurnMonth struct {
	Month  string // 2006-01
	Before int    // subscriptions that paid as the month began
	Gained int    // began to pay in it
	Lost   int    // paid, and were suspended or cancelled in it and not won back
}

// ChurnRatio is which part was lost of those who paid as the month began, 0 to 1 and, where many came and went within it, more.
func (c ChurnMonth) ChurnRatio() float64 { return ratio(int64(c.Lost), int64(c.Before)) }

// How far back figures may reach.
const (
	maxFigureDays   = 366
	maxFigureMonths = 60
)

// FigureSpan is how far back figures reach, today and this month included.
type FigureSpan struct {
	Days   int
	Months int
}

// Validate errs with CodeInvalid and the argument.
func (f FigureSpan) Validate() error {
	if f.Days < 1 || f.Days > maxFigureDays {
		return FieldErrorf(CodeInvalid, "days", "Ask for 1 to %d days.", maxFigureDays)
	}
	if f.Months < 1 || f.Months > maxFigureMonths {
		return FieldErrorf(CodeInvalid, "months", "Ask for 1 to %d months.", maxFigureMonths)
	}
	return nil
}

// FirstDay is when the first day of the span begins.
func (f FigureSpan) FirstDay(now time.Time) time.Time {
	return now.UTC().Truncate(day).AddDate(0, 0, 1-f.Days)
}

// FirstMonth is when the first month of the span begins.
func (f FigureSpan) FirstMonth(now time.Time) time.Time {
	now = now.UTC()
	return time.Date(now.Year(), now.Month()-time.Month(f.Months-1), 1, 0, 0, 0, 0, time.UTC)
}

// monthForm is how a month is written.
const monthForm = "2006-01"

// DayCounts are the days of the span, those without any included, oldest first.
func (f FigureSpan) DayCounts(now time.Time, counts map[string]int) []DayCount {
	list := make([]DayCount, f.Days)
	for i := range list {
		name := f.FirstDay(now).AddDate(0, 0, i).Format(time.DateOnly)
		list[i] = DayCount{Day: name, Count: counts[name]}
	}
	return list
}

// CohortsOf are the months of the span, those in which nothing began included, oldest first.
func (f FigureSpan) CohortsOf(now time.Time, cohorts map[string]Cohort) []Cohort {
	list := make([]Cohort, f.Months)
	for i := range list {
		name := f.FirstMonth(now).AddDate(0, i, 0).Format(monthForm)
		list[i] = cohorts[name]
		list[i].Month = name
	}
	return list
}

// ChurnOf are the months of the span, oldest first. before is how many paid as the first of them began, gained and lost how
// many by month.
func (f FigureSpan) ChurnOf(now time.Time, before int, gained, lost map[string]int) []ChurnMonth {
	list := make([]ChurnMonth, f.Months)
	for i := range list {
		name := f.FirstMonth(now).AddDate(0, i, 0).Format(monthForm)
		list[i] = ChurnMonth{Month: name, Before: before, Gained: gained[name], Lost: lost[name]}
		before += gained[name] - lost[name]
	}
	return list
}
