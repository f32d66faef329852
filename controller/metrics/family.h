// A metric family as prometheus-cpp serialises it, filled a sample at a time.
#ifndef SOCKDRIFT_CONTROLLER_METRICS_FAMILY_H_
#define SOCKDRIFT_CONTROLLER_METRICS_FAMILY_H_

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string>
#include <utility>

namespace sockdrift {

class Family {
 public:
  using Labels = std::initializer_list<std::pair<const char*, std::string>>;

  Family(std::string name, std::string help, prometheus::MetricType type) {
    family_.name = std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }
  static Family Gauge(std::string name, std::string help) {
    return Family(std::move(name), std::move(help),
                  prometheus::MetricType::Gauge);
  }
  static Family Counter(std::string name, std::string help) {
    return Family(std::move(name), std::move(help),
                  prometheus::MetricType::Counter);
  }

  Family& Add(Labels labels, double value) & {
    prometheus::ClientMetric metric;
    for (const auto& [name, text] : labels) {
      metric.label.push_back({name, text});
    }
    if (family_.type == prometheus::MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family_.metric.push_back(std::move(metric));
    return *this;
  }
  Family&& Add(Labels labels, double value) && {
    Add(labels, value);
    return std::move(*this);
  }

  size_t size() const { return family_.metric.size(); }
  prometheus::MetricFamily Take() && { return std::move(family_); }

 private:
  prometheus::MetricFamily family_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_METRICS_FAMILY_H_
