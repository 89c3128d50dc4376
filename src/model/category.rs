//! The categories of a scorecard.

/// One of the eight things that a repository is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// The CI pipeline.
    CiPipeline,
    /// Testing and quality.
    TestingQuality,
    /// Security.
    Security,
    /// Deployment automation.
    Deployment,
    /// Infrastructure as code.
    Infrastructure,
    /// Monitoring and observability.
    Observability,
    /// Release management.
    Release,
    /// Disaster recovery.
    Recovery,
}

impl Category {
    /// All categories, in the order they are shown.
    pub const ALL: [Self; 8] = [
        Self::CiPipeline,
        Self::TestingQuality,
        Self::Security,
        Self::Deployment,
        Self::Infrastructure,
        Self::Observability,
        Self::Release,
        Self::Recovery,
    ];

    /// Returns the id in configuration and JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::CiPipeline => "ci-pipeline",
            Self::TestingQuality => "testing-quality",
            Self::Security => "security",
            Self::Deployment => "deployment",
            Self::Infrastructure => "infrastructure",
            Self::Observability => "observability",
            Self::Release => "release",
            Self::Recovery => "recovery",
        }
    }

    /// Returns the name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::CiPipeline => "CI pipeline",
            Self::TestingQuality => "Testing & quality",
            Self::Security => "Security",
            Self::Deployment => "Deployment automation",
            Self::Infrastructure => "Infrastructure as code",
            Self::Observability => "Monitoring & observability",
            Self::Release => "Release management",
            Self::Recovery => "Disaster recovery",
        }
    }

    /// Returns the weight in percent, unless the configuration says otherwise.
    pub fn weight(self) -> u8 {
        match self {
            Self::CiPipeline | Self::TestingQuality => 20,
            Self::Security | Self::Deployment => 15,
            Self::Infrastructure | Self::Observability => 10,
            Self::Release | Self::Recovery => 5,
        }
    }
}
