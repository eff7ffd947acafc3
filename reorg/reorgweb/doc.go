// Package reorgweb has the pages on which an organisation officer puts down a
// reorganisation, rehearses it, has it carried out, and takes it back.
//
// /reorganisations lists the acts of whoever may change units; /reorganisations/{id}
// is the act in its present state: the draft with its steps, the progress while the
// job works, the result afterwards. What is typed in the head of a draft is saved as
// soon as a field is left, and each step when it is put down.
package reorgweb
