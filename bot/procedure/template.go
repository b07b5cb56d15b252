package procedure

import (
	"cmp"

	"yiqun/bot/meeting"
	"yiqun/intents/phrase"
)

// Template is a practice as data: the steps a matter walks through. A template is
// read from YAML by Parse, never changed, and kept by its content hash, so that a
// matter finishes under the one it began with.
type Template struct {
	// ID names the template for operators: "order.three-slips".
	ID string `yaml:"id"`
	// Name is what members call the practice: 民情工作单.
	Name string `yaml:"name"`
	// Spoken is the noun that follows a number: 12号单.
	Spoken string `yaml:"spoken"`
	// Source says where the practice comes from. Required: nothing official is
	// invented.
	Source string `yaml:"source"`
	// State is empty for a verified practice, or 需核对 / 需填写: such a template
	// ships disabled.
	State string `yaml:"state"`
	// Audience is who may see a matter: group (default), handlers or named.
	Audience Audience `yaml:"audience"`
	// Hide lists who stays unnamed in the group: asker.
	Hide []string `yaml:"hide"`
	// Managers are the posts that may 转, 并入 and correct any matter of it.
	Managers []string `yaml:"managers"`
	// Apart: several things listed in one sentence open a matter each.
	Apart bool `yaml:"apart"`
	// Once: nobody has two of it open at a time.
	Once bool `yaml:"once"`
	// Rank orders practices in help: small numbers first; 0 counts as 100.
	Rank int `yaml:"rank"`
	// Help is one line for 帮助: what one would use it for.
	Help  string `yaml:"help"`
	Steps []Step `yaml:"steps"`
	// After are steps that are open once the matter is closed: 核单.
	After []Step `yaml:"after"`
	// Ledger books an entry when the matter is done.
	Ledger *Ledger `yaml:"ledger"`
	// Letter is drafted for a post when the matter is done.
	Letter *Letter `yaml:"letter"`
	// Opens lets matters of it open themselves; nil where somebody has to.
	Opens *Opens `yaml:"opens"`
	// Sample is drawn when a matter of it opens; nil where nothing is.
	Sample *Sample `yaml:"sample"`
	// Phrases are sentences of everyday speech that stand for its words.
	Phrases []phrase.Shape `yaml:"phrases"`

	// Hash is the hex SHA-256 of the source.
	Hash string `yaml:"-"`
	// Raw is the source.
	Raw []byte `yaml:"-"`

	lines map[string]int // of everything outside the steps, by path
}

// Audience is who may see a matter: it binds cards, 查, 待办, search, exports and
// reminders alike.
type Audience string

// The audiences.
const (
	ForGroup    Audience = "group"    // everybody in the node's groups
	ForHandlers Audience = "handlers" // asker, handlers and managers
	ForNamed    Audience = "named"    // asker and those named only
)

// Step is one step of a template. Which fields mean something depends on Kind.
type Step struct {
	ID   string `yaml:"id"`
	Kind string `yaml:"kind"`
	// Verb is what one types to do it; it also names the stage. Also are other
	// words for the same.
	Verb string   `yaml:"verb"`
	Also []string `yaml:"also"`
	// Stage names the stage where the verb does not read well.
	Stage string `yaml:"stage"`
	// By is who may: anyone, asker, claimant, 党员, or posts.
	By Who `yaml:"by"`
	// NotSelf keeps the asker from doing it, whatever their post.
	NotSelf bool `yaml:"not_self"`
	// Fields are what is written down.
	Fields []Field `yaml:"fields"`
	// Sets gives values that hold until somebody says otherwise: category.
	Sets map[string]string `yaml:"sets"`
	// Due is how long the step may take, in all or by category.
	Due Limit `yaml:"due"`
	// Within closes the step by the clock: a rating that nobody gave.
	Within Span `yaml:"within"`
	// Days is how many full days a notice hangs.
	Days int `yaml:"days"`
	// Capacity is how many may claim; CapacityFrom takes it from a count field.
	Capacity     int    `yaml:"capacity"`
	CapacityFrom string `yaml:"capacity_from"`
	// Lease ends a claim by the clock. Release and Extend are the verbs to give it
	// back and to ask for more time.
	Lease   Span   `yaml:"lease"`
	Release string `yaml:"release"`
	Extend  string `yaml:"extend"`
	// Need is how many of the claimants must finish: any (default), all or a number.
	Need string `yaml:"need"`
	// Refuse ends the matter: 不受理.
	Refuse *Branch `yaml:"refuse"`
	// Callback lets a post rate for an asker who is in no group: 回访.
	Callback *Branch `yaml:"callback"`
	// Object reopens the step named in Reopen: 异议.
	Object *Branch `yaml:"object"`
	// Rule is the id of the rule a vote follows where its asker names none, and
	// OptionsFrom the text field that lists what there is to choose from; without it
	// the vote is on a motion. Close ends it early, where the rule allows.
	Rule        string  `yaml:"rule"`
	OptionsFrom string  `yaml:"options_from"`
	Close       *Branch `yaml:"close"`
	// Secret makes a vote secret, whoever opens it.
	Secret bool `yaml:"secret"`
	// Meet says what sort of meeting a meet step holds.
	Meet *meeting.Type `yaml:"meet"`
	// Slip is the paper that a submit step hands on, drafted by the bot.
	Slip *Slip `yaml:"slip"`
	// Choices are the answers of a review or a verification, or what an objection
	// may concern.
	Choices []Choice `yaml:"choices"`
	// Seats are the sides that must each speak, instead of By.
	Seats []Seat `yaml:"seats"`
	// Entries are what can be said in a step that collects: 发言, 提问. Least is how
	// many there must be before it can be closed.
	Entries []Voice `yaml:"entries"`
	Least   int     `yaml:"least"`
	// Questions are what a survey asks. QuestionsFrom is instead the text field in which
	// whoever opens it writes them.
	Questions     []Question `yaml:"questions"`
	QuestionsFrom string     `yaml:"questions_from"`
	// Spawns is the id of the template that matters made in this step follow.
	Spawns string `yaml:"spawns"`
	// ReopenBelow reopens the step Reopen when a score is lower.
	ReopenBelow int    `yaml:"reopen_below"`
	Reopen      string `yaml:"reopen"`
	// Audience narrows the template's for this step.
	Audience Audience `yaml:"audience"`

	lines map[string]int // of the step ("") and what is in it, by path
	index int
	after bool
}

// Name is what the stage is called.
func (s *Step) Name() string {
	name := cmp.Or(s.Stage, s.Verb)
	if name == "" && s.Kind == kindNotice {
		return "公示"
	}
	return name
}

// Field is one thing written down in a step.
type Field struct {
	ID    string    `yaml:"id"`
	Label string    `yaml:"label"` // at most five characters
	Type  FieldType `yaml:"type"`
	// Required blocks the step until it is given; Ask is the question then asked.
	Required bool   `yaml:"required"`
	Ask      string `yaml:"ask"`
	// Private fields are shown in full only to who handles the matter, in a
	// private chat.
	Private bool `yaml:"private"`
	// Optional says out loud that it is not required, for who reads the template.
	Optional bool `yaml:"optional"`
	// Proof allows a photo to be required: the order type cannot be done without.
	Proof bool `yaml:"proof"`
}

// FieldType is what a field holds.
type FieldType string

// The types of field. Text is the default.
const (
	TextField     FieldType = "text"
	PersonField   FieldType = "person"   // who is to do it: becomes the holder
	DeadlineField FieldType = "deadline" // by when
	TimeField     FieldType = "time"     // when the thing itself is
	CountField    FieldType = "count"    // how many people
	PhoneField    FieldType = "phone"
	PlaceField    FieldType = "place"
	HoursField    FieldType = "hours"
	PointsField   FieldType = "points"
	PhotoField    FieldType = "photo"
)

var fieldTypes = []FieldType{TextField, PersonField, DeadlineField, TimeField, CountField, PhoneField, PlaceField, HoursField, PointsField, PhotoField}

// Branch is a verb beside the step's own.
type Branch struct {
	Verb   string   `yaml:"verb"`
	Also   []string `yaml:"also"`
	By     Who      `yaml:"by"`     // the step's By when empty
	Reason string   `yaml:"reason"` // required | optional
}

// Choice is one answer of a review or verification.
type Choice struct {
	ID   string   `yaml:"id"`
	Word string   `yaml:"word"`
	Also []string `yaml:"also"`
	// Then is what follows: pass, refuse, reopen (the step in Reopen), or up, which
	// reopens it and asks the level above for help.
	Then   string `yaml:"then"`
	Reason string `yaml:"reason"` // required | optional
	// Reopen is the step it goes back to, where that is not the step's own Reopen.
	Reopen string `yaml:"reopen"`
}

// Voice is one kind of thing that can be said in a step that collects.
type Voice struct {
	ID   string   `yaml:"id"`
	Verb string   `yaml:"verb"`
	Also []string `yaml:"also"`
	By   Who      `yaml:"by"` // the step's By when empty
	// Once: everybody says it at most once in a round.
	Once bool `yaml:"once"`
	// Bare: the word alone is enough, and there is a button for it.
	Bare bool `yaml:"bare"`
}

// Question is one question of a survey. It is answered by one of its options, by a
// scale of satisfaction, or in words.
type Question struct {
	ID      string   `yaml:"id"`
	Ask     string   `yaml:"ask"`
	Options []string `yaml:"options"`
	Scale   bool     `yaml:"scale"`
	Text    bool     `yaml:"text"`
}

// Seat is one side that must speak.
type Seat struct {
	Name string `yaml:"name"`
	By   Who    `yaml:"by"`
}

// Ledger says what is booked when a matter is done.
type Ledger struct {
	Book string `yaml:"book"`
	// From is the points or hours field whose amount is booked; Amount a fixed one.
	From   string `yaml:"from"`
	Amount int64  `yaml:"amount"`
}

// Letter is a text drafted for a post. Body may hold {field}, {name}, {node},
// {number}, {date} and nothing else.
type Letter struct {
	To    string `yaml:"to"`
	Title string `yaml:"title"`
	Body  string `yaml:"body"`
}
