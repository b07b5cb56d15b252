package bot

// Nearest returns the known name that is fewest slips away from a misspelt one, "" when
// none is nearer than tooFar slips.
func Nearest(name string, known []string, tooFar int) string {
	best, found := tooFar, ""
	for _, k := range known {
		if d := slips(name, k); d < best {
			best, found = d, k
		}
	}
	return found
}

// slips counts the letters to add, drop or change to make b of a (Levenshtein).
func slips(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
