// Reads URLs as Go's net/url does: a JSON string on each line in, what it makes of it on a line out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
)

type parts struct {
	Error    string `json:"error"`
	Scheme   string `json:"scheme"`
	User     string `json:"user"`
	Password bool   `json:"password"`
	Host     string `json:"host"`
	Port     string `json:"port"`
	Path     string `json:"path"`     // as it is written
	Decoded  string `json:"decoded"`  // as it is meant
	Opaque   string `json:"opaque"`   // what follows a scheme without slashes
	Query    bool   `json:"query"`    // one is there, empty or not
	Fragment bool   `json:"fragment"` // one is there that is not empty
	Text     string `json:"text"`     // written again
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for lines.Scan() {
		var text string
		exitOn(json.Unmarshal(lines.Bytes(), &text))
		exitOn(output.Encode(read(text)))
	}
	exitOn(lines.Err())
}

func read(text string) parts {
	found, err := url.Parse(text)
	if err != nil {
		return parts{Error: err.Error()}
	}
	_, password := found.User.Password()
	return parts{
		Scheme:   found.Scheme,
		User:     found.User.Username(),
		Password: password,
		Host:     found.Hostname(),
		Port:     found.Port(),
		Path:     found.EscapedPath(),
		Decoded:  found.Path,
		Opaque:   found.Opaque,
		Query:    found.RawQuery != "" || found.ForceQuery,
		Fragment: found.Fragment != "",
		Text:     found.String(),
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "urls:", err)
		os.Exit(1)
	}
}
