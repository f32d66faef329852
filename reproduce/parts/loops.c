//: What repeats and samples come to.
//@ number: outcome | stdio.h

static void number(int count) { snprintf(outcome, sizeof outcome, "%d", count); }
//@ classes: outcome | stdio.h stdlib.h string.h

// What was observed in the rounds of a sample, and how often.
static struct seen {
  const char *name;
  char outcome[128];
  int count;
} seen[256];
static int seen_count;

static void count(const char *name) {
  int i = 0;
  while (i < seen_count && (strcmp(seen[i].name, name) != 0 ||
                            strcmp(seen[i].outcome, outcome) != 0)) {
    ++i;
  }
  if (i == 256) return;
  if (i == seen_count) {
    seen[i].name = name;
    snprintf(seen[i].outcome, sizeof seen[i].outcome, "%.127s", outcome);
    ++seen_count;
  }
  ++seen[i].count;
}

static int by_outcome(const void *a, const void *b) {
  return strcmp(((const struct seen *)a)->outcome,
                ((const struct seen *)b)->outcome);
}

// "all:x", "even:{x,y}" where each has a quarter of an equal share at least,
// else "mixed:{x,y}".
static void class_of(const char *name) {
  int kinds = 0, all = 0, even = 1;
  char members[2048] = "";
  size_t end = 0;
  qsort(seen, (size_t)seen_count, sizeof seen[0], by_outcome);
  for (int i = 0; i < seen_count; ++i) {
    if (strcmp(seen[i].name, name) != 0) continue;
    end += (size_t)snprintf(members + end, sizeof members - end, "%s%s",
                            kinds++ > 0 ? "," : "", seen[i].outcome);
    all += seen[i].count;
  }
  for (int i = 0; i < seen_count; ++i) {
    if (strcmp(seen[i].name, name) != 0) continue;
    even &= seen[i].count * kinds * 4 >= all;
  }
  if (kinds == 1) snprintf(outcome, sizeof outcome, "all:%s", members);
  else
    snprintf(outcome, sizeof outcome, "%s:{%s}", even ? "even" : "mixed",
             members);
}
