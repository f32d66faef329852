// The page around the data: markup, style and script from report/page/,
// compiled in.
#ifndef SOCKDRIFT_REPORT_PAGE_H_
#define SOCKDRIFT_REPORT_PAGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// What CMake makes of report/page/.
struct PageParts {
  absl::string_view html;  // with {{…}} where the others go
  absl::string_view style;
  absl::string_view script;  // the modules of js/, joined
};
PageParts EmbeddedPage();

// The page with its data, which are packed, so that nothing of them is markup.
// INTERNAL where zlib cannot.
absl::StatusOr<std::string> MakePage(absl::string_view title,
                                     absl::string_view json);

// gzip; INTERNAL.
absl::StatusOr<std::string> Gzip(absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_PAGE_H_
