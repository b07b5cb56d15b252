package procedure_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("templates/README.md")
	require.NoError(t, err)
	return string(text)
}

// TestTheReferenceNamesEveryFieldOfTheSchema keeps templates/README.md complete.
func TestTheReferenceNamesEveryFieldOfTheSchema(t *testing.T) {
	text := readme(t)
	for _, typ := range []reflect.Type{
		reflect.TypeFor[procedure.Template](), reflect.TypeFor[procedure.Step](), reflect.TypeFor[procedure.Field](),
		reflect.TypeFor[procedure.Branch](), reflect.TypeFor[procedure.Choice](), reflect.TypeFor[procedure.Seat](),
		reflect.TypeFor[procedure.Ledger](), reflect.TypeFor[procedure.Letter](), reflect.TypeFor[procedure.Voice](),
		reflect.TypeFor[procedure.Question](), reflect.TypeFor[procedure.Slip](),
	} {
		for f := range typ.Fields() {
			if key := f.Tag.Get("yaml"); key != "" && key != "-" {
				assert.Contains(t, text, "`"+key+"`", "%s.%s", typ.Name(), f.Name)
			}
		}
	}
	for _, kind := range procedure.KindNames() {
		assert.Contains(t, text, "`"+kind+"`", kind)
	}
	for _, typ := range []procedure.FieldType{
		procedure.TextField, procedure.PersonField, procedure.DeadlineField, procedure.TimeField, procedure.CountField,
		procedure.PhoneField, procedure.PlaceField, procedure.HoursField, procedure.PointsField, procedure.PhotoField,
	} {
		assert.Contains(t, text, "`"+string(typ)+"`")
	}
}

// TestTheExamplesOfTheReferenceAreTemplates also sees to it that every kind of step is
// shown, so that a practice can be written by copying.
func TestTheExamplesOfTheReferenceAreTemplates(t *testing.T) {
	text := readme(t)
	var names []string
	shown := map[string]bool{}
	for _, block := range strings.Split(text, "```yaml\n")[1:] {
		source, _, _ := strings.Cut(block, "```")
		tmpl, err := procedure.Parse([]byte(source))
		require.NoError(t, err)
		names = append(names, tmpl.Name)
		for _, s := range tmpl.Steps {
			shown[s.Kind] = true
		}
	}
	assert.Equal(t, []string{"楼下小菜园", "菜园议事"}, names)
	for _, kind := range procedure.KindNames() {
		assert.True(t, shown[kind] || kind == "verify" || strings.Contains(text, "kind: "+kind), kind)
	}
}
