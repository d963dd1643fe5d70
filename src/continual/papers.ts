/** What methods and measures rest on; a method's own paper stands in its file. */
export interface Paper {
  /** BibTeX key. */
  readonly key: string;
  readonly bibtex: string;
  /** In few words, for the page. */
  readonly citation: string;
  readonly url: string;
}

export const INFLORA: Paper = {
  key: 'liang2024inflora',
  citation: 'Liang & Li, CVPR 2024',
  url: 'https://arxiv.org/abs/2404.00228',
  bibtex: `@inproceedings{liang2024inflora,
  title     = {{InfLoRA}: Interference-Free Low-Rank Adaptation for Continual Learning},
  author    = {Liang, Yan-Shuo and Li, Wu-Jun},
  booktitle = {Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition},
  year      = {2024},
  url       = {https://arxiv.org/abs/2404.00228}
}`,
};

export const SLCA: Paper = {
  key: 'zhang2023slca',
  citation: 'Zhang et al., ICCV 2023',
  url: 'https://arxiv.org/abs/2303.05118',
  bibtex: `@inproceedings{zhang2023slca,
  title     = {{SLCA}: Slow Learner with Classifier Alignment for Continual Learning on a Pre-trained Model},
  author    = {Zhang, Gengwei and Wang, Liyuan and Kang, Guoliang and Chen, Ling and Wei, Yunchao},
  booktitle = {Proceedings of the IEEE/CVF International Conference on Computer Vision},
  year      = {2023},
  url       = {https://arxiv.org/abs/2303.05118}
}`,
};

export const LORA: Paper = {
  key: 'hu2022lora',
  citation: 'Hu et al., ICLR 2022',
  url: 'https://arxiv.org/abs/2106.09685',
  bibtex: `@inproceedings{hu2022lora,
  title     = {{LoRA}: Low-Rank Adaptation of Large Language Models},
  author    = {Hu, Edward J. and Shen, Yelong and Wallis, Phillip and Allen-Zhu, Zeyuan and Li, Yuanzhi and Wang, Shean and Wang, Lu and Chen, Weizhu},
  booktitle = {International Conference on Learning Representations},
  year      = {2022},
  url       = {https://arxiv.org/abs/2106.09685}
}`,
};

export const JANSON: Paper = {
  key: 'janson2022simple',
  citation: 'Janson et al., 2022',
  url: 'https://arxiv.org/abs/2210.04428',
  bibtex: `@article{janson2022simple,
  title   = {A Simple Baseline that Questions the Use of Pretrained-Models in Continual Learning},
  author  = {Janson, Paul and Zhang, Wenxuan and Aljundi, Rahaf and Elhoseiny, Mohamed},
  journal = {arXiv preprint arXiv:2210.04428},
  year    = {2022}
}`,
};

/** Of the network that every run starts from. */
export const VIT: Paper = {
  key: 'dosovitskiy2021image',
  citation: 'Dosovitskiy et al., ICLR 2021',
  url: 'https://arxiv.org/abs/2010.11929',
  bibtex: `@inproceedings{dosovitskiy2021image,
  title     = {An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale},
  author    = {Dosovitskiy, Alexey and Beyer, Lucas and Kolesnikov, Alexander and Weissenborn, Dirk and Zhai, Xiaohua and Unterthiner, Thomas and Dehghani, Mostafa and Minderer, Matthias and Heigold, Georg and Gelly, Sylvain and Uszkoreit, Jakob and Houlsby, Neil},
  booktitle = {International Conference on Learning Representations},
  year      = {2021},
  url       = {https://arxiv.org/abs/2010.11929}
}`,
};

/** Of the definition of forgetting. */
export const RIEMANNIAN_WALK: Paper = {
  key: 'chaudhry2018riemannian',
  citation: 'Chaudhry et al., ECCV 2018',
  url: 'https://arxiv.org/abs/1801.10112',
  bibtex: `@inproceedings{chaudhry2018riemannian,
  title     = {Riemannian Walk for Incremental Learning: Understanding Forgetting and Intransigence},
  author    = {Chaudhry, Arslan and Dokania, Puneet K. and Ajanthan, Thalaiyasingam and Torr, Philip H. S.},
  booktitle = {Proceedings of the European Conference on Computer Vision},
  year      = {2018},
  url       = {https://arxiv.org/abs/1801.10112}
}`,
};
