// Gates over HTTP: what rollout controllers ask.
#ifndef SOCKDRIFT_CONTROLLER_WEB_GATE_PAGES_H_
#define SOCKDRIFT_CONTROLLER_WEB_GATE_PAGES_H_

#include "controller/gates/gate_book.h"
#include "controller/web/web_server.h"

namespace sockdrift {

// GET /api/v1/gates and /api/v1/gates/NAME/verdict. `gates` must outlive them.
WebPages MakeGatePages(GateBook& gates);

// POST /api/v1/hooks/flagger: 200 where the gate that the metadata names
// passes, 412 where it fails, 424 where it could not tell, with the reason in a
// line.
WebPages MakeHooks(GateBook& gates);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_WEB_GATE_PAGES_H_
